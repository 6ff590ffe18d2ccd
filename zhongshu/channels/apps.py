from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zhongshu.channels"
    label = "channels"
