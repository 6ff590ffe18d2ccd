"""Draws, visits and answers are not edited: these tables take new rows only."""

from django.db import migrations

TABLES = ("community_visitdraw", "community_visit", "community_answer")

KEPT = "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();"
FREED = "DROP TRIGGER append_only ON {0};"


class Migration(migrations.Migration):
    dependencies = [("community", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [migrations.RunSQL("".join(map(KEPT.format, TABLES)), "".join(map(FREED.format, TABLES)))]
