"""What goes to the log, and how: plain warnings for somebody at a terminal, one JSON object per line for a collector.

No personal data: a line carries numbers of rows, never names, telephone numbers or what somebody said. For what comes
from elsewhere (messages of exceptions, above all of the database) `scrubbed` sees to it.
"""

import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

request_id: ContextVar[str] = ContextVar("request_id", default="")

_FRAME = re.compile(r'\s+File "[^"]*", line \d+')
_VALUES = re.compile(r"^(?:DETAIL|CONTEXT|HINT|PARAMETERS):.*$", re.MULTILINE)
_QUOTED = re.compile(r"(?<!\w)(['\"])(?![A-Za-z_.]+\1)(?:(?!\1).)*\1")
_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_DIGITS = re.compile(r"\d(?:[ -]?\d){6,}[\dXx]?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HIDDEN: Final = "…"


def scrubbed(text: str) -> str:
    """The text without what could name somebody: details of the database, quoted values, Chinese, mail addresses and
    numbers of seven digits and more. The frames of a traceback stay.
    """
    lines = _VALUES.sub("", text).splitlines()
    return "\n".join(line if _FRAME.match(line) else _scrubbed(line) for line in lines).rstrip("\n")


def _scrubbed(line: str) -> str:
    for pattern in (_MAIL, _QUOTED, _CHINESE, _DIGITS):
        line = pattern.sub(_HIDDEN, line)
    return line


class Lines(JsonFormatter):
    """`{"at", "level", "logger", "message", "request_id", …facts}`; an exception as `exception`, scrubbed."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s", rename_fields=_NAMES, timestamp="at")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Scrubs every text of the record, also what others than we write."""
        if number := request_id.get():
            log_data["request_id"] = number
        return {name: _safe(name, value) for name, value in log_data.items()}


_NAMES: Mapping[str, str] = {"levelname": "level", "name": "logger", "exc_info": "exception"}
_OURS = frozenset({"at", "level", "logger", "request_id", "view", "method"})


def _safe(name: str, value: Any) -> Any:
    if name in _OURS or value is None or isinstance(value, bool | int | float):
        return value
    return scrubbed(str(value))


def without_address(record: logging.LogRecord) -> bool:
    """A filter that keeps every record: Django ends its sentences about requests with the address, which may name
    somebody. The line of the request (`zhongshu.requests`) has the view.
    """
    if isinstance(record.msg, str) and record.msg.endswith(": %s") and isinstance(record.args, tuple):
        record.msg, record.args = record.msg.removesuffix(": %s"), record.args[:-1]
    return True


def logging_settings(kind: str) -> dict[str, Any]:
    """Django's `LOGGING` for `ZHONGSHU_LOGS`: `json`, or anything else for a terminal."""
    is_json = kind == "json"
    console = {"class": "logging.StreamHandler"} | ({"formatter": "lines"} if is_json else {})
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Lines}},
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": "INFO" if is_json else "WARNING"},
        "filters": {"without_address": {"()": lambda: without_address}},
        "loggers": {
            "httpx": {"level": "WARNING"},
            "django.request": {"filters": ["without_address"]},
            "django.security.csrf": {"filters": ["without_address"]},
        },
    }
