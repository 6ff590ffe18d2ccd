"""History is not edited: these tables take new rows only."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON identity_auditentry
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON identity_phonereveal
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON identity_signinattempt
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON identity_auditentry;
            DROP TRIGGER append_only ON identity_phonereveal;
            DROP TRIGGER append_only ON identity_signinattempt;
            """,
        )
    ]
