from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "zhongshu.kernel"
    label = "kernel"
