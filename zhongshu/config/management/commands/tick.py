"""`bin/zhongshu tick --at 2026-11-04T12:00`: run everything that is due as of that instant."""

from datetime import datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from zhongshu.config.tick import tick
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.command import ZhongshuCommand

_YEARS = range(
    2000, 2200
)  # of clocks set by people; others are slips, and the ends of the calendar can't be reckoned with


class Command(ZhongshuCommand):
    help = "Run everything that is due as of an instant, also what was missed while nobody ran."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--at", metavar="INSTANT", help="ISO 8601, such as 2026-11-04T12:00; without an offset: Asia/Shanghai"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = instant(options["at"]) if options["at"] is not None else now()
        self.answer({"at": at.isoformat()} | tick(at=at), json=options["json"])


def instant(text: str) -> datetime:
    """An aware instant. Raises CommandError when the text is none."""
    try:
        at = parse_datetime(text.strip())
    except ValueError:
        at = None
    if at is None or at.year not in _YEARS:
        raise CommandError(_("“%(text)s”不是一个时刻，请写成 2026-11-04T12:00 这样。") % {"text": text})
    return at if at.tzinfo else at.replace(tzinfo=SITE_ZONE)
