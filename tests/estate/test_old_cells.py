"""Cells of old books: what people write for a stretch of time, and for money. Pure."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.spans import exact_day, span_of_cell, yuan_of

TODAY = date(2026, 11, 4)
SPANS = {
    "2024-01-05": "01-05 01-05", "2024.1.5": "01-05 01-05", "2024/1/5": "01-05 01-05", "2024年1月5日": "01-05 01-05",
    "2024年1月5号": "01-05 01-05", "20240105": "01-05 01-05", "2024/1/5 0:00": "01-05 01-05",
    "2024-01-05 23:59:59": "01-05 01-05", "2024-01-05T08:00:00": "01-05 01-05", "2024/1/5 上午9:30": "01-05 01-05",
    "'2024-01-05 ": "01-05 01-05", "２０２４．１．５": "01-05 01-05", "45356": "03-05 03-05", 45356: "03-05 03-05",
    45356.5: "03-05 03-05", datetime(2024, 1, 5, 9, tzinfo=UTC): "01-05 01-05", date(2024, 1, 5): "01-05 01-05",
    "2024-01": "01-01 01-31", "2024年2月": "02-01 02-29", "2024年2月份": "02-01 02-29", "202402": "02-01 02-29",
    "2024.10": "10-01 10-31", "2024/3": "03-01 03-31", "2024年": "01-01 12-31", "2024年度": "01-01 12-31",
    "2024年1季度": "01-01 03-31", "2024年第二季度": "04-01 06-30", "2024Q3": "07-01 09-30",
    "2024-01至2024-03": "01-01 03-31", "2024年1月-3月": "01-01 03-31", "2024年1-3月": "01-01 03-31",
    "2024.1.1-2024.3.31": "01-01 03-31", "2024-1-1 - 2024-1-31": "01-01 01-31", "20240101-20240331": "01-01 03-31",
    "202401-202406": "01-01 06-30", "2024年1月1日至1月31日": "01-01 01-31", "2024.01～2024.12": "01-01 12-31",
    "2024年1月5日—2024年2月4日": "01-05 02-04", "2024-01-01 00:00:00至2024-01-31 23:59:59": "01-01 01-31",
}  # fmt: skip
NO_SPANS = (
    "2024-13", "2024-02-30", "1月5日", "去年", 2024.1, "2024-03至2024-01", "24-1-5", "1979-01-01", "2030-01-01",
    "#REF!", "5", "2024-01-05x",
)  # fmt: skip
AMOUNTS = {
    "1,234.50": "1234.50", "¥100": "100.00", "￥1,000.00元": "1000.00", "100元整": "100.00", "人民币 88 元": "88.00",
    "１２３．５": "123.50", " 100 ": "100.00", "'100": "100.00", "(100.00)": "-100.00", "-5": "-5.00", "¥-5": "-5.00",
    "0": "0.00", 209.7845: "209.78", 209.785: "209.79", 205.205: "205.21", 0.1 + 0.2: "0.30", 7: "7.00",
    "12,345": "12345.00", ".5": "0.50",
}  # fmt: skip
NO_AMOUNTS = ("一百", "1.2万", "89,5", "1e5", "#VALUE!", True, date(2024, 1, 5), "1000000000", "12..5", "100/200")


@pytest.mark.parametrize(("cell", "days"), list(SPANS.items()), ids=repr)
def test_stretches_of_time(cell: Any, days: str) -> None:
    span = span_of_cell(cell, today=TODAY)
    assert span is not None
    assert f"{span.first:%m-%d} {span.last:%m-%d}" == days
    assert (span.until - span.last).days == 1


@pytest.mark.parametrize("cell", NO_SPANS, ids=repr)
def test_what_is_no_time_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        span_of_cell(cell, today=TODAY)


def test_a_month_is_no_day_and_nothing_is_nothing() -> None:
    with pytest.raises(BadCell, match="没有写到哪一天"):
        exact_day("2024-01", today=TODAY)
    assert [span_of_cell(cell, today=TODAY) for cell in ("", None, " ", "—", "/")] == [None] * 5
    assert [yuan_of(cell) for cell in ("", None, "-", "无")] == [None] * 4


@pytest.mark.parametrize(("cell", "amount"), list(AMOUNTS.items()), ids=repr)
def test_money(cell: Any, amount: str) -> None:
    assert str(yuan_of(cell)) == amount


@pytest.mark.parametrize("cell", NO_AMOUNTS, ids=repr)
def test_what_is_no_money_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        yuan_of(cell)


@given(st.decimals(0, 999_999, places=2), st.sampled_from(["{:,.2f}", "¥{:.2f}", "{:.2f}元", " {:.2f}", "'{:.2f}"]))
def test_every_amount_is_read_however_it_is_dressed(amount: Decimal, dress: str) -> None:
    assert yuan_of(dress.format(amount)) == amount
    assert yuan_of(float(amount)) == amount
