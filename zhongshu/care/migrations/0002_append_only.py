"""History is not edited: these tables take new rows only. What was recorded lately is found without reading the rest."""

from django.db import migrations

TABLES = ("care_entry", "care_entryend", "care_evaluation", "care_taskmove", "care_legalstep")
LATELY = ("billing_charge", "billing_allocation", "billing_payment")

KEPT = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();"
FREED = "DROP TRIGGER append_only ON {0};"
FOUND = "CREATE INDEX care_{0}_lately ON {0} USING brin (recorded_at) WITH (pages_per_range = 32);"
LOST = "DROP INDEX care_{0}_lately;"


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0001_initial"),
        ("kernel", "0003_refuse_change"),
        ("billing", "0004_months_in_arrears"),
    ]

    operations = [
        migrations.RunSQL("".join(map(KEPT.format, TABLES)), "".join(map(FREED.format, TABLES))),
        migrations.RunSQL("".join(map(FOUND.format, LATELY)), "".join(map(LOST.format, LATELY))),
    ]
