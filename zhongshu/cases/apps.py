from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CasesConfig(AppConfig):
    name = "zhongshu.cases"
    label = "cases"

    def ready(self) -> None:
        import_module("zhongshu.cases.reveals")
        post_migrate.connect(import_module("zhongshu.cases.defaults").seed, sender=self, dispatch_uid="cases.defaults")
