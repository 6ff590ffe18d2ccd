from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ConfigConfig(AppConfig):
    name = "zhongshu.config"
    label = "config"

    def ready(self) -> None:
        """Every right is known from the start, also to commands, which load no pages."""
        autodiscover_modules("permissions")
