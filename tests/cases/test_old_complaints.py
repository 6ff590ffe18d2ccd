"""Complaints of old books: closed cases with the judgement they had, and nobody is disturbed."""

from datetime import date, datetime
from typing import Any

import pytest

from tests.billing.estate import Estate
from tests.billing.old_books import book, refused
from tests.cast import Cast
from zhongshu.cases.importing import Ruling, ruling
from zhongshu.cases.models import Case, Judgement
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.models import Delivery
from zhongshu.work.models import WorkOrder

HEADINGS = ["房屋", "投诉日期", "内容", "是否有效", "级别", "扣分", "判定日期"]


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        (("是", "一般", 3), Ruling("ordinary", -3)),
        (("有效", "有效性中等投诉", "-8分"), Ruling("medium", -8)),
        (("属实", "重大投诉", "扣11分"), Ruling("major", -11)),
        (("否", "", ""), Ruling("not_upheld", -1)),
        (("建议", "", "1"), Ruling("not_upheld", -1)),
        (("", "", "４"), Ruling("ordinary", -4)),
        (("是", "", -20), Ruling("major", -20)),
        (("Y", "中等", 10.0), Ruling("medium", -10)),
        (("是", "一般", 12), "一般投诉的扣分范围是 -2 … -5，这里是 -12"),
        (("否", "", 5), "非有效投诉及建议的扣分范围是 -1，这里是 -5"),
        (("否", "重大", 20), "级别却是"),
        (("是", "无效", 1), "级别却是"),
        (("", "", ""), "没有写判定"),
        (("是", "一般", ""), "没有写扣分"),
        (("也许", "一般", 3), "看不出是否有效"),
        (("是", "甲级", 3), "不认识级别"),
        (("是", "一般", "三"), "不是整数"),
    ],
)  # fmt: skip
def test_what_the_cells_of_a_judgement_mean(cells: tuple[Any, Any, Any], meant: Ruling | str) -> None:
    if isinstance(meant, Ruling):
        assert ruling(*cells) == meant
    else:
        with pytest.raises(BadCell, match=meant):
            ruling(*cells)


def test_complaints_come_in_closed_and_judged(cast: Cast, noon: datetime) -> None:
    estate = Estate(cast, noon)
    estate.home("1-101", since="2026-11-04")
    rows = book(
        HEADINGS,
        ["1-101", "2025.3.1", "电梯坏了三天没人修", "是", "中等", 8, "2025年3月3日"],
        ["1-101", "2025-05-01", "建议多种树", "建议", "", "", ""],
        ["1-101", "2025-03-01", "电梯坏了三天没人修", "是", "中等", "8分", "2025-03-03"],
        ["1-101", "2025-03-01", "保安骂人", "是", "一般", 12, "2025-03-03"],
        ["1-101", "2025-03-04", "水压小", "是", "一般", 2, "2025-03-03"],
        ["1-101", "2027-03-04", "水压小", "是", "一般", 2, ""],
        ["9-999", "2025-03-04", "水压小", "是", "一般", 2, ""],
    )
    lead = estate.cast.actor(Role.SERVICE_LEAD, estate.site)

    def take() -> Taken:
        kind = kind_named("complaints")
        return take_workbook(actor=lead, at=estate.at, site=estate.site, kind=kind, content=rows)

    taken = take()
    assert taken.report.tally() == {"rows": 7, "taken": 2, "already": 1, "refused": 4}
    assert refused(taken) == [(5, "扣分"), (6, "判定日期"), (7, "投诉日期"), (8, "房屋")]
    assert take().report.tally() == {"rows": 7, "taken": 0, "already": 3, "refused": 4}
    judged = Judgement.objects.order_by("at").values_list("upheld", "severity", "points", "case__complaint__kind")
    assert list(judged) == [(True, "medium", -8, "complaint"), (False, "not_upheld", -1, "suggestion")]
    case = Case.objects.order_by("opened_at")[0]
    assert (case.state, case.number[:16], day_of(case.opened_at)) == ("closed", "LS-YQL-20250301-", date(2025, 3, 1))
    assert day_of(case.judgements.get().at) == date(2025, 3, 3)
    assert case.account is not None
    assert not WorkOrder.objects.exists()
    assert not Delivery.objects.exists()
