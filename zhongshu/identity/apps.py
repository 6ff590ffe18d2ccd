from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "zhongshu.identity"
    label = "identity"
