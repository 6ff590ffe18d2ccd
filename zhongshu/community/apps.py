from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "zhongshu.community"
    label = "community"
