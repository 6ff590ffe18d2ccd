from importlib import import_module

from django.apps import AppConfig


class EstateConfig(AppConfig):
    name = "zhongshu.estate"
    label = "estate"

    def ready(self) -> None:
        import_module("zhongshu.estate.reveals")
