from django.apps import AppConfig
from django.db.models.signals import post_migrate


class KnowledgeConfig(AppConfig):
    name = "zhongshu.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from zhongshu.knowledge.defaults import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="knowledge.defaults")
