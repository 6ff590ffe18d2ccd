from importlib import import_module

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zhongshu.channels"
    label = "channels"

    def ready(self) -> None:
        import_module("zhongshu.channels.events")
        import_module("zhongshu.channels.reveals")
