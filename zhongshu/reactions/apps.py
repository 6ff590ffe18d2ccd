from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

MODULES = (
    "on_billing", "on_care", "on_cases", "on_collecting", "on_identity", "on_messaging", "on_quality", "on_scene",
    "on_webhooks", "on_work",
)  # fmt: skip


class ReactionsConfig(AppConfig):
    name = "zhongshu.reactions"
    label = "reactions"

    def ready(self) -> None:
        """All events are known before any reaction, whatever was asked of the program first."""
        autodiscover_modules("events")
        for module in MODULES:
            import_module(f"zhongshu.reactions.{module}")
