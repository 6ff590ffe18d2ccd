"""What was learned and how it was switched is not edited: these tables take new rows only."""

from django.db import migrations

TABLES = ("foresight_learning", "foresight_switch")

KEPT = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();"
FREED = "DROP TRIGGER append_only ON {0};"


class Migration(migrations.Migration):
    dependencies = [("foresight", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [migrations.RunSQL("".join(map(KEPT.format, TABLES)), "".join(map(FREED.format, TABLES)))]
