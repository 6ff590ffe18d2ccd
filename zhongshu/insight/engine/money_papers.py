"""Figures of money on paper: the tables of the workbook, narrow enough for a page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.insight.engine.papers import FOLDER
from zhongshu.insight.kinds import Topic
from zhongshu.insight.policies.money import of_topic
from zhongshu.kernel.clock import local
from zhongshu.web.excel import Sheet
from zhongshu.web.paper import pdf

WIDEST = 9
"""Columns that stand beside each other on a page; what is wider goes on in another table."""


def money_pdf(topic: Topic, title: str, sheets: Iterable[Sheet], *, sub: str, at: datetime) -> bytes:
    """The sheets as tables, and what each figure means."""
    made = _("%(time)s 生成") % {"time": local(at).strftime("%Y-%m-%d %H:%M")}
    data = {
        "title": title,
        "sub": f"{sub} · {made}",
        "tables": [table for sheet in sheets for table in _tables(sheet)],
        "meanings_title": _("口径"),
        "meanings": [[str(figure.label), str(figure.meaning)] for figure in of_topic(topic)],
    }
    return pdf(FOLDER / "money.typ", data, at=at)


def _tables(sheet: Sheet) -> list[list[Any]]:
    rows = [[_text(cell) for cell in row] for row in sheet.rows]
    width = len(sheet.header)
    step = width - 1 if width <= WIDEST else width // 2
    return [
        [sheet.title, _part(sheet.header, start, step), [_part(row, start, step) for row in rows]]
        for start in range(1, width, step)
    ]


def _part(row: Sequence[str], start: int, step: int) -> list[str]:
    return [row[0], *row[start : start + step]]


def _text(cell: Any) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:,.2f}"
    return "" if cell is None else str(cell)
