from importlib import import_module

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhongshu.cases"
    label = "cases"

    def ready(self) -> None:
        import_module("zhongshu.cases.reveals")
