from django.apps import AppConfig


class CollectingConfig(AppConfig):
    name = "zhongshu.collecting"
    label = "collecting"
