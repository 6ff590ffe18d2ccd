"""`bin/zhongshu classify "电梯困人" --json`, or `--file FILE.tsv` with a column `text`: what a matter is about."""

import csv
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from zhongshu.cases.classification import classify
from zhongshu.cases.engine.learned import refresh
from zhongshu.cases.wording import classification_data
from zhongshu.kernel.command import ZhongshuCommand

LONGEST_FIELD = 1_000_000


class Command(ZhongshuCommand):
    help = "Suggest category, urgency, team and referrals for a text, or for every line of a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="?", help="what was said")
        parser.add_argument("--file", metavar="FILE.tsv", help="tab-separated, with a column text; - for stdin")

    def handle(self, *args: Any, **options: Any) -> None:
        if (options["text"] is None) == (options["file"] is None):
            raise CommandError(_("请给出一段文字，或者用 --file 指定文件，二者选一。"))
        texts = [options["text"]] if options["file"] is None else _column(options["file"])
        with suppress(DatabaseError):  # without a database the shipped model answers
            refresh()
        for text in texts:
            said = {"text": text} if options["file"] else {}
            self.answer(said | classification_data(classify(text)), json=options["json"] or bool(options["file"]))


def _column(name: str) -> Iterator[str]:
    """The column `text`, line by line. Raises CommandError when there is no such file or column."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with sys.stdin if name == "-" else Path(name).open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if "text" not in (rows.fieldnames or []):
                raise CommandError(_("%(name)s 没有名为 text 的列。") % {"name": name})
            yield from (row["text"] or "" for row in rows)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CommandError(_("读不了 %(name)s：%(error)s") % {"name": name, "error": error}) from error
