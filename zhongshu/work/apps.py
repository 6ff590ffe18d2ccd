from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkConfig(AppConfig):
    name = "zhongshu.work"
    label = "work"

    def ready(self) -> None:
        from zhongshu.work import reveals  # noqa: F401 - declares what can be revealed
        from zhongshu.work.defaults import seed

        post_migrate.connect(seed, sender=self, dispatch_uid="work.defaults")
