"""Meters and readings come as workbooks: taken as a whole, refused cell by cell, and nothing the second time."""

from datetime import date
from typing import Any

from tests.billing.estate import Estate
from zhongshu.billing.importing import METERS_WORKBOOK, READINGS_WORKBOOK
from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Meter, Reading
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.workbooks.registry import WorkbookKind
from zhongshu.estate.workbooks.writing import filled_workbook


def sent(estate: Estate, kind: WorkbookKind, rows: list[list[Any]]) -> Taken:
    content = filled_workbook(kind.specs, {kind.specs[0].title: rows}, kind.notes)
    return take_workbook(actor=estate.bookkeeper, at=estate.at, site=estate.site, kind=kind, content=content)


def told(taken: Taken) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.message) for finding in taken.report.errors]


def test_meters_and_their_readings_are_taken_once(estate: Estate) -> None:
    for code in ("1-101", "1-102"):
        estate.home(code)
    estate.item("3", code="SF", method=Method.METERED, timing="arrears")
    meters: list[list[Any]] = [
        ["B1", "1-101", "SF", 4, "", "2026-01-01", "9985"],
        ["B2", "1-102", "SF", "", "2", "2026-01-01", ""],
    ]
    for what in ("created", "unchanged"):
        assert sent(estate, METERS_WORKBOOK, meters).report.counts["meter"][what] == 2
    assert [(row[0], row[3]) for row in READINGS_WORKBOOK.rows(estate.site, estate.at)["读数"]] == [
        ("B1", "9985"),
        ("B2", "0"),
    ]
    readings: list[list[Any]] = [
        ["B1", "", "", "", "2026-04-30", 12, "", ""],
        ["B2", "SF", "", "", "2026-04-30", "5.5"],
    ]
    for what in ("created", "unchanged"):
        assert sent(estate, READINGS_WORKBOOK, readings).report.counts["reading"][what] == 2
    assert [str(row.usage.normalize()) for row in Reading.objects.order_by("meter__number")] == ["27", "11"]
    estate.run("2026-04")
    assert estate.charged() == ["81.00", "33.00"]
    late = sent(estate, READINGS_WORKBOOK, [["B1", "", "", "", "2026-04-30", 15]])
    assert [(row, column) for row, column, _message in told(late)] == [(2, "抄表日期")]


def test_every_wrong_cell_is_named_and_nothing_is_taken(estate: Estate) -> None:
    estate.home("1-101")
    estate.item("3", code="SF", method=Method.METERED, timing="arrears")
    wrong = sent(
        estate,
        METERS_WORKBOOK,
        [
            ["B1", "1-101", "SF", 9, "", "", ""],
            ["B2", "9-999", "SF", "", "", "", ""],
            ["B3", "1-101", "电费", "", "", "", ""],
            ["B4", "1-101", "SF", "", "x", "2030-01-01", ""],
            ["B5", "1-101", "SF", "", "", "", ""],
        ],
    )
    assert [(row, column) for row, column, _message in told(wrong)] == [
        (2, "整数位数"), (3, "位置编码"), (4, "收费项目"), (5, "倍率"), (5, "启用日期"),
    ]  # fmt: skip
    assert not Meter.objects.exists()
    sent(estate, METERS_WORKBOOK, [["B5", "1-101", "SF", "", "", "2026-01-01", "100"]])
    wrong = sent(
        estate,
        READINGS_WORKBOOK,
        [
            ["B5", "", "", "", "2026-04-30", 5],
            ["B9", "", "", "", "", 5],
            ["B5", "", "", "", "", ""],
            ["B5", "", "", "", "", "五"],
        ],
    )
    assert [(row, column) for row, column, _message in told(wrong)] == [
        (2, "读数"), (3, "表号"), (4, "读数"), (5, "读数"),
    ]  # fmt: skip
    assert not Reading.objects.exists()
    sure = sent(estate, READINGS_WORKBOOK, [["B5", "", "", "", "2026-04-30", 5, "是", "换过表盘"]])
    assert sure.is_taken
    assert (Reading.objects.get().has_rolled_over, Reading.objects.get().read_on) == (True, date(2026, 4, 30))
