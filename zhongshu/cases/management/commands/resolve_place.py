"""`bin/zhongshu resolve-place --site YQL [--caller 138…] "三栋二单元1502" --json`: which place is meant."""

from typing import Any

from django.core.management.base import CommandParser

from zhongshu.cases.queries import resolve_place
from zhongshu.cases.wording import verdict_data
from zhongshu.estate.queries import site_by_code
from zhongshu.kernel.clock import now
from zhongshu.kernel.command import ZhongshuCommand


class Command(ZhongshuCommand):
    help = "Say which place of a site a text means, or what must be asked back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", help="what was said")
        parser.add_argument("--site", required=True, metavar="CODE")
        parser.add_argument("--caller", default="", metavar="PHONE", help="the number the caller speaks from")

    def handle(self, *args: Any, **options: Any) -> None:
        site = site_by_code(options["site"])
        verdict = resolve_place(site_id=site.pk, text=options["text"], phone=options["caller"], at=now())
        self.answer(verdict_data(verdict), json=options["json"])
