"""bin/zhongshu billing formula TEXT: what is charged and how, from the command line."""

import re
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from zhongshu.billing import formula
from zhongshu.kernel.command import ZhongshuCommand

_WITHOUT_TABLES = ("formula",)


class Command(ZhongshuCommand):
    help = "Reads a formula of charges."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        reading = verbs.add_parser("formula", help="whether a formula is understood, and if not, where and why")
        reading.add_argument("text", help="such as 房屋面积*单价+附加费")  # matter
        # a formula may begin with a minus: only words that are options here are options
        reading._negative_number_matcher = re.compile("-(?!-json$)")
        for verb in (reading,):
            verb.add_argument("--json", action="store_true", help="answer in JSON, for a machine to read")

    def execute(self, *args: Any, **options: Any) -> str | None:
        self.needs_tables = options["verb"] not in _WITHOUT_TABLES
        return super().execute(*args, **options)

    def handle(self, *_args: Any, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(options)

    def _formula(self, options: dict[str, Any]) -> None:
        answer = formula.answer(options["text"])
        self.answer(answer, json=options["json"], text=_told(answer))


def _told(answer: formula.Answer) -> str:
    error = answer["error"]
    if error is None:
        return _("看懂了：%(normalised)s") % {"normalised": answer["normalised"]}
    words = {"place": error["position"] + 1, "reason": error["reason"], "suggestion": error["suggestion"]}
    return _("第 %(place)s 个字符：%(reason)s\n是否要写：%(suggestion)s") % words
