"""Django's `migrate`, alone: of two that start at once the second waits, and finds the work done."""

from contextlib import nullcontext
from typing import Any

from django.core.management.commands.migrate import Command as DjangosMigrate

from zhongshu.kernel import schema
from zhongshu.kernel.rendering import only_what_is_new


class Command(DjangosMigrate):
    help = "Bring the tables to this version; stop web and worker first when --plan names something."
    requires_system_checks = []  # what they say is for those who write the program

    def handle(self, *args: Any, **options: Any) -> None:
        with schema.alone(), only_what_is_new() if schema.is_empty() else nullcontext():
            super().handle(*args, **options)
