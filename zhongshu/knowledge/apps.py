from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "zhongshu.knowledge"
    label = "knowledge"
