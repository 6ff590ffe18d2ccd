"""What is settled is not edited, and history takes new rows only."""

from django.db import migrations

WORDS = (
    "number", "title", "title_en", "audience", "categories", "order_kinds", "urgencies", "tags", "source",
    "first_minute", "steps", "says", "body", "written_by_id", "reviewed_by_id", "published_at",
)  # fmt: skip
OLD, NEW = (", ".join(f"{row}.{name}" for name in WORDS) for row in ("OLD", "NEW"))


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_articles"), ("kernel", "0003_refuse_change")]

    operations = [
        migrations.RunSQL(
            f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON knowledge_articleentry
                FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER settled BEFORE UPDATE ON knowledge_version FOR EACH ROW
                WHEN (OLD.published_at IS NOT NULL AND ROW({OLD}) IS DISTINCT FROM ROW({NEW}))
                EXECUTE FUNCTION kernel_refuse_change();
            CREATE TRIGGER kept BEFORE DELETE ON knowledge_version FOR EACH ROW
                EXECUTE FUNCTION kernel_refuse_change();
            """,
            """
            DROP TRIGGER append_only ON knowledge_articleentry;
            DROP TRIGGER settled ON knowledge_version;
            DROP TRIGGER kept ON knowledge_version;
            """,
        )
    ]
