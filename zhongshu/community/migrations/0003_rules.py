"""The share of visits and the mark that is followed up become rows with a start."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = (
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON community_communityrule "
    "FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("community", "0002_append_only"), ("identity", "0003_second_factor_sessions_rates")]

    operations = [
        migrations.CreateModel(
            name="CommunityRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField()),
                ("visit_percent", models.PositiveSmallIntegerField(default=90)),
                ("low_mark", models.PositiveSmallIntegerField(default=2)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to="identity.user",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.site"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("site", "starts_on"), name="community_rule_start", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.RunSQL(KEPT, "DROP TRIGGER append_only ON community_communityrule;"),
    ]  # fmt: skip
