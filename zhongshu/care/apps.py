from importlib import import_module

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "zhongshu.care"
    label = "care"

    def ready(self) -> None:
        table = import_module("zhongshu.care.queries.tables").points_of_complaints
        import_module("zhongshu.cases.queries.points").declare(table)
