from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "zhongshu.config"
    label = "config"
