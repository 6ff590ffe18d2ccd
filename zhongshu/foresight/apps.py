from django.apps import AppConfig


class ForesightConfig(AppConfig):
    name = "zhongshu.foresight"
    label = "foresight"
