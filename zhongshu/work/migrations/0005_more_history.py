"""What a customer agreed to and what was reported is not edited."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("work", "0004_service_centre"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            """
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON work_priceagreement
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON work_progressreport
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON work_priceagreement;
            DROP TRIGGER append_only ON work_progressreport;
            """,
        )
    ]
