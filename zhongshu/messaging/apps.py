from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "zhongshu.messaging"
    label = "messaging"
