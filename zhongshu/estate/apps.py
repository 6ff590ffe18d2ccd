from django.apps import AppConfig


class EstateConfig(AppConfig):
    name = "zhongshu.estate"
    label = "estate"
