"""Django's `migrate`, alone: of two that start at once the second waits, and finds the work done."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangosMigrate

from zhongshu.kernel import schema


class Command(DjangosMigrate):
    help = "Bring the tables to this version; stop web and worker first when --plan names something."
    requires_system_checks = []  # what they say is for those who write the program

    def handle(self, *args: Any, **options: Any) -> None:
        with schema.alone():
            super().handle(*args, **options)
