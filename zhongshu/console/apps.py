from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "zhongshu.console"
    label = "console"
