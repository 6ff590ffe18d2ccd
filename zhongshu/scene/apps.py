from django.apps import AppConfig


class SceneConfig(AppConfig):
    name = "zhongshu.scene"
    label = "scene"

    def ready(self) -> None:
        from zhongshu.scene import reveals  # noqa: F401 - declares what can be revealed
