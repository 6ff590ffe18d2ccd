from importlib import import_module

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "zhongshu.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        """From now on every event that is published is noted for those who want to know."""
        outbox, batch = import_module("zhongshu.kernel.outbox"), import_module("zhongshu.webhooks.batch")
        outbox.on_publish(batch.note)
