from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "zhongshu.care"
    label = "care"
