"""The trigger function that keeps append-only tables append-only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_outbox_and_numbers")]

    operations = [
        migrations.RunSQL(
            """
            CREATE FUNCTION kernel_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: rows are neither changed nor removed', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END $$;
            """,
            "DROP FUNCTION kernel_refuse_change();",
        )
    ]
