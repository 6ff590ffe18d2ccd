"""Evidence is not edited: these tables take new rows only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("scene", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scene_entry
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON scene_report
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON scene_entry;
            DROP TRIGGER append_only ON scene_report;
            """,
        )
    ]
