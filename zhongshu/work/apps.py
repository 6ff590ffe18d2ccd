from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "zhongshu.work"
    label = "work"
