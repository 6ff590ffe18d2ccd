"""Old books as people keep them, and what comes of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.billing.estate import Estate
from tests.estate.books import raw_book
from zhongshu.billing.queries.sub_ledgers import sub_ledger_differences
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.workbooks.registry import kind_named

CHARGES = ["房屋", "收费项目", "开始", "结束", "应缴日期", "金额"]
PAYMENTS = ["房屋", "金额", "方式", "凭证号", "收款日期", "指定收费项目"]
DETAILS = ["房屋", "收费项目", "缴费周期", "开始", "结束", "缴费时间", "应缴", "实缴", "收银员", "备注"]


def book(headings: Sequence[str], *rows: Sequence[Any], title: str = "Sheet1") -> bytes:
    return raw_book({title: [headings, *rows]})


def take(estate: Estate, kind: str, content: bytes, *, is_dry_run: bool = False, actor: Any = None) -> Taken:
    return take_workbook(
        actor=actor or estate.bookkeeper, at=estate.at, site=estate.site, kind=kind_named(kind), content=content,
        is_dry_run=is_dry_run,
    )  # fmt: skip


def refused(taken: Taken) -> list[tuple[int, str]]:
    return [(finding.row, finding.column) for finding in taken.report.errors]


def agrees(estate: Estate) -> bool:
    """What billing says and what the ledger says is the same, today and as the books stood on some days before."""
    days = [None, *(date(2026, month, 15) for month in range(1, 11))]
    return not any(sub_ledger_differences(estate.site.pk, on=day) for day in days)
