from importlib import import_module

from django.apps import AppConfig

MODULES = ("on_billing", "on_cases", "on_identity", "on_messaging", "on_quality", "on_scene", "on_webhooks", "on_work")


class ReactionsConfig(AppConfig):
    name = "zhongshu.reactions"
    label = "reactions"

    def ready(self) -> None:
        for module in MODULES:
            import_module(f"zhongshu.reactions.{module}")
