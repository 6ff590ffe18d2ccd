from django.apps import AppConfig


class SceneConfig(AppConfig):
    name = "zhongshu.scene"
    label = "scene"
