"""History is not edited: these tables take new rows only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON quality_inquiryline
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON quality_escalationresponse
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON quality_inquiryline;
            DROP TRIGGER append_only ON quality_escalationresponse;
            """,
        )
    ]
