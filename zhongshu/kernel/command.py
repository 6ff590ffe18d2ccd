"""The base of our commands: answers to stdout, refusals as one sentence to stderr with exit code 1."""

import sys
from collections.abc import Mapping
from json import dumps
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from zhongshu.kernel.errors import Refusal


class ZhongshuCommand(BaseCommand):
    """Every command of ours takes `--json`; `options["json"]` tells whether it was given."""

    requires_system_checks = []
    _called_from_command_line: bool  # Django sets it

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """A Refusal ends the program; called from a program (`call_command`) it becomes a CommandError."""
        try:
            return super().execute(*args, **options)
        except Refusal as refusal:
            self._end(CommandError(refusal.message), refusal)
        except CommandError as error:
            self._end(error, error)
        return None

    def answer(self, data: Any, *, json: bool, text: str = "") -> None:
        """Write `data` as one line of JSON, or for people: `text` if given, else a line for each key or item."""
        if json:
            self.stdout.write(dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False))
        elif text:
            self.stdout.write(text)
        else:
            self.stdout.write("\n".join(_lines(data)))

    def _end(self, error: CommandError, cause: Exception) -> None:
        if not self._called_from_command_line:
            raise error from (None if cause is error else cause)
        self.stderr.write(str(error))
        sys.exit(error.returncode)


def _lines(data: Any) -> list[str]:
    if isinstance(data, Mapping):
        return [f"{key}: {_plain(value)}" for key, value in data.items()]
    if isinstance(data, list | tuple):
        return [_plain(item) for item in data]
    return [str(data)]


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "  ".join(f"{key}={_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value)
    return "" if value is None else str(value)
