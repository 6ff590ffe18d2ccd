"""The base of our commands: answers to stdout, refusals as one sentence to stderr with exit code 1.

With `--json` the refusal stands on stdout too, where the answer would: `{"error": {"code", "message", "field"}}`.
"""

import keyword
import sys
from collections.abc import Mapping
from json import dumps
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from zhongshu.kernel import schema
from zhongshu.kernel.errors import Refusal

_OF_DJANGO = ("--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color")


def module_of(name: str) -> str:
    """`resolve-place` is the module `resolve_place`; `import`, a word Python keeps for itself, is `import_`."""
    if name.startswith("-"):
        return name
    name = name.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def name_of(module: str) -> str:
    """The command that the module of that name holds, as people type it."""
    return module.rstrip("_").replace("_", "-")


class ZhongshuCommand(BaseCommand):
    """Every command of ours takes `--json`; `options["json"]` tells whether it was given."""

    requires_system_checks = []
    suppressed_base_arguments = set(_OF_DJANGO)  # they work, but who reads our help need not know
    needs_tables = True  # without it a command may run on tables that are behind, or on none
    _called_from_command_line: bool  # Django sets it

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, name_of(subcommand), **kwargs)
        parser.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """A Refusal ends the program; called from a program (`call_command`) it becomes a CommandError."""
        try:
            if self._called_from_command_line and self.needs_tables:
                schema.require_current()
            return super().execute(*args, **options)
        except Refusal as refusal:
            self._end(CommandError(refusal.message), refusal, json=options["json"])
        except CommandError as error:
            self._end(error, error, json=options["json"])
        except (OperationalError, InterfaceError) as error:
            reason = " ".join(str(error).split())
            self._end(CommandError(_("数据库不可用：%(reason)s") % {"reason": reason}), error, json=options["json"])
        return None

    def answer(self, data: Any, *, json: bool, text: str = "") -> None:
        """Write `data` as one line of JSON, or for people: `text` if given, else a line for each key or item."""
        if json:
            self.stdout.write(dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False))
        elif text:
            self.stdout.write(text)
        else:
            self.stdout.write("\n".join(_lines(data)))

    def _end(self, error: CommandError, cause: Exception, *, json: bool) -> None:
        if not self._called_from_command_line:
            raise error from (None if cause is error else cause)
        if json:
            code, field = getattr(cause, "code", Refusal.code), getattr(cause, "field", "")
            self.answer({"error": {"code": code, "message": str(error), "field": field}}, json=True)
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
