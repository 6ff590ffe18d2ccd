"""History is not edited: these tables take new rows only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_caseentry
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_ownerhandover
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_correction
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_followupattempt
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_caseclosure
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON cases_caseentry;
            DROP TRIGGER append_only ON cases_ownerhandover;
            DROP TRIGGER append_only ON cases_correction;
            DROP TRIGGER append_only ON cases_followupattempt;
            DROP TRIGGER append_only ON cases_caseclosure;
            """,
        )
    ]
