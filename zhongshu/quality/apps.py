from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "zhongshu.quality"
    label = "quality"
