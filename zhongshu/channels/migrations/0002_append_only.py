"""History is not edited: these tables take new rows only."""

from django.db import migrations

TABLES = ("calltold", "callbacktry", "angrycontact", "alarmsignal", "hotlinerepeat")


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON channels_{table}"
            " FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()",
            f"DROP TRIGGER append_only ON channels_{table}",
        )
        for table in TABLES
    ]
