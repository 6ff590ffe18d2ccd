"""A second factor, sessions that know whose they are, and what has been spent of what is limited."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import zhongshu.identity.models.access
import zhongshu.kernel.clock


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_append_only")]

    operations = [
        migrations.AddField("company", "second_factor_roles", models.JSONField(default=list)),
        migrations.AddField("user", "previous_password", models.CharField(blank=True, default="", max_length=128), preserve_default=False),
        migrations.AddField(
            "signinattempt",
            "step",
            models.CharField(default=zhongshu.identity.models.access.Step["PASSWORD"], max_length=10),
        ),
        migrations.CreateModel(
            name="DeviceSession",
            fields=[
                ("session_key", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key")),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("began_at", models.DateTimeField(default=zhongshu.kernel.clock.now)),
                ("last_seen_at", models.DateTimeField(default=zhongshu.kernel.clock.now)),
                ("ip", models.GenericIPAddressField(null=True)),
                ("browser", models.CharField(blank=True, max_length=300)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret", models.TextField()),
                ("enrolled_at", models.DateTimeField()),
                ("used_step", models.BigIntegerField(null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="second_factor",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "factor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="identity.secondfactor",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("factor", "digest"), name="recovery_code_once")],
            },
        ),
        migrations.CreateModel(
            name="RateUse",
            fields=[
                ("key", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("free_at", models.DateTimeField()),
            ],
        ),
        # Written at every call and worth nothing after a crash; room in each page so that a row is changed in place.
        migrations.RunSQL(
            "ALTER TABLE identity_rateuse SET UNLOGGED; ALTER TABLE identity_rateuse SET (fillfactor = 50)",
            migrations.RunSQL.noop,
        ),
    ]
