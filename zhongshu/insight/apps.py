from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "zhongshu.insight"
    label = "insight"
