from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "zhongshu.cases"
    label = "cases"
