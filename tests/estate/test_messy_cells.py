"""What is a filler and what is not, numbers among words, and the same care for our own sheets."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.estate.books import book, complaints, owner, raw_book, send, take, unit
from tests.estate.conftest import Estate
from zhongshu.estate.importing.documents import check_digit
from zhongshu.estate.importing.hygiene import is_filler, is_nobody, names_several, phones_in, without_gaps
from zhongshu.estate.workbooks.cells import BadCell, area_of, day_of_cell, name_of, part_of_code
from zhongshu.estate.workbooks.converting import column_name
from zhongshu.estate.workbooks.layouts import UnknownLayout
from zhongshu.estate.workbooks.sheets import Finding, grouped, heading_key

TODAY = date(2026, 11, 4)
FILLERS = [
    "000000000000000000", "111111111111111111", "00000000000000000X", "0", "1", "123456789012345678", "12345678",
    "１２３４５６７８９０", "10000000000000000001", "1000000000", "身份证", "身份证号", "无", " 无 ", "没有", "/", "-",
    "——", "N/A", "null", "未知", "待补", "*", "**************",
]  # fmt: skip


@pytest.mark.parametrize("text", FILLERS)
def test_fillers_are_known(text: str) -> None:
    assert is_filler(text)


numbers = st.from_regex(r"1[3-9][0-9]{2}[1-9][0-9]{5}[1-9]", fullmatch=True).filter(
    lambda number: len(set(number[1:])) > 1 and not is_filler(number)
)
residents = st.builds(
    lambda born, order: (first := f"440305{born:%Y%m%d}{order:03d}") + check_digit(first),
    st.dates(date(1930, 1, 1), TODAY),
    st.integers(0, 999),
)


@given(residents)
def test_a_real_document_is_no_filler(number: str) -> None:
    assert not is_filler(number)


@given(st.sampled_from("0123456789xX无/-"), st.integers(1, 20))
def test_one_sign_again_and_again_says_nothing(sign: str, times: int) -> None:
    assert is_filler(sign * times)
    assert not is_filler(" " * times)


@given(st.text(max_size=20))
def test_any_text_can_be_looked_at(text: str) -> None:
    found = phones_in(text)
    assert all(number.isdecimal() for number in found.numbers)
    assert isinstance(is_filler(text), bool)
    assert isinstance(is_nobody(text), bool)
    assert isinstance(names_several(text), bool)


@given(
    st.lists(numbers, min_size=1, max_size=4, unique=True), st.sampled_from(["、", "/", ",", "，", " ", "\n", "； "])
)
def test_numbers_are_found_however_they_are_set_apart(said: list[str], between: str) -> None:
    found = phones_in(between.join(said))
    assert (list(found.numbers), found.fillers, found.wrong) == (said, [], [])


@given(numbers, st.sampled_from(["(父)", "父亲", " 张三", "手机:", "tel "]), st.booleans())
def test_words_around_a_number_are_left(number: str, words: str, is_before: bool) -> None:
    found = phones_in(words + number if is_before else number + words)
    assert list(found.numbers) == [number]
    assert len(found.wordy) == 1


@given(st.sampled_from("3456789"))
def test_filler_numbers_are_not_taken(digit: str) -> None:
    found = phones_in(f"1{digit * 10}、138{'0' * 8}")
    assert (found.numbers, len(found.fillers)) == ({}, 2)


@given(numbers, st.sampled_from(["+86", "0086", "86", "86-", "+86 "]))
def test_the_countrys_code_is_dropped(number: str, before: str) -> None:
    assert list(phones_in(before + number).numbers) == [number]


def test_the_mark_that_makes_a_text_of_a_number_is_not_part_of_it() -> None:
    assert [part_of_code(cell) for cell in ("'13800001234", "’0101", "'")] == ["13800001234", "0101", "'"]


@pytest.mark.parametrize(
    ("written", "name"),
    [("张 三", "张三"), ("周 九 九", "周九九"), ("张三 李四", "张三 李四"), ("欧阳 娜娜", "欧阳 娜娜"), ("A B", "A B")],
)
def test_short_names_that_were_spread_are_one_word(written: str, name: str) -> None:
    assert without_gaps(written) == name


@pytest.mark.parametrize("name", ["无", "/", "空置", "未售", "-", "0", "null", "(空)", "（无）"])
def test_nobody_is_nobody(name: str) -> None:
    assert is_nobody(name)


@pytest.mark.parametrize("name", ["王小明", "无双", "空海", "梧桐置业有限公司", "A"])
def test_somebody_is_somebody(name: str) -> None:
    assert not is_nobody(name)
    assert not names_several(name)


@pytest.mark.parametrize("name", ["张三、李四", "张三/李四/王五", "张三 和李四", "张三，李四"])
def test_two_names_in_a_cell_look_like_two(name: str) -> None:
    assert names_several(name)


@pytest.mark.parametrize(("cell", "area"), [("1,234.5", "1234.50"), ("12,345㎡", "12345.00"), (89, "89.00")])
def test_commas_that_set_thousands_apart(cell: Any, area: str) -> None:
    assert area_of(cell) == Decimal(area)


@pytest.mark.parametrize("cell", ["89,5", "1,23", "89，5", "1,2345", ",5"])
def test_a_comma_that_may_be_a_point_is_refused(cell: str) -> None:
    with pytest.raises(BadCell, match="逗号"):
        area_of(cell)


@given(st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2))
def test_an_area_is_what_is_written(area: Decimal) -> None:
    assert area_of(f"{area:,} 平米") == area_of(str(area)) == area


@given(st.dates(date(1980, 1, 1), TODAY), st.sampled_from(["serial", "fraction", "text", "datetime", "iso"]))
def test_a_day_is_the_same_however_it_came(day: date, form: str) -> None:
    serial = (day - date(1899, 12, 30)).days
    cell: Any = {
        "serial": float(serial),
        "fraction": serial + 0.5,
        "text": f"{serial}.0",
        "datetime": datetime.combine(day, time(9, 30)),
        "iso": day.isoformat(),
    }[form]
    assert day_of_cell(cell, today=TODAY) == day


@pytest.mark.parametrize("cell", ["1.38E+10", "1.380000123E+10", "1E+10"])
def test_lost_digits_are_not_made_up(cell: str) -> None:
    with pytest.raises(BadCell, match="丢失"):
        part_of_code(cell)


def test_codes_keep_their_letters_and_lose_their_point_zero() -> None:
    assert [part_of_code(cell) for cell in ("101.0", 101.0, "2E05", "Ａ座")] == ["101", "101", "2E05", "A座"]


@pytest.mark.parametrize("reader", [name_of, part_of_code, area_of, lambda cell: day_of_cell(cell, today=TODAY)])
@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!"])
def test_a_failed_formula_is_nothing(reader: Any, error: str) -> None:
    with pytest.raises(BadCell):
        reader(error)


HEADINGS = [
    "楼号",
    " 楼 号 ",
    "*楼号",
    "楼号（必填）",
    "楼\n号",
    "【必填】楼号",
    "楼号：",
    "楼\u200b号",
    "楼号[1]",
    "楼号：只写数字",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings_compare_without_decoration(heading: str) -> None:
    assert heading_key(heading) == "楼号"


def test_columns_are_called_as_the_spreadsheet_calls_them() -> None:
    assert [column_name(at) for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


words = st.sampled_from("xy")
findings = st.builds(Finding, st.sampled_from("甲乙"), st.integers(1, 9), words, st.just(""), words)


@given(st.lists(findings, max_size=30))
def test_grouping_loses_no_kind_of_finding(said: list[Finding]) -> None:
    together = grouped(said)
    assert {(f.sheet, f.column, f.message[0]) for f in together} == {(f.sheet, f.column, f.message) for f in said}
    assert len(together) == len({(f.sheet, f.column, f.message) for f in said})


# --- our own sheets ---------------------------------------------------------------------------------------------------


def test_a_floor_that_the_room_contradicts_is_shown(bare: Estate) -> None:
    taken = send(
        bare, unit("1502", 楼层=9), unit("B101", 楼层="B1"), unit("商铺01", 单元="", 楼层=1), unit("901", 楼层="9层")
    )
    ((row, column, value),) = [(found.row, found.column, found.value) for found in taken.report.notices]
    assert (row, column, value) == (2, "楼层", "楼层 9，房号 1502")
    assert bare.place("P1-1-1-1502").floor_no == 9


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (unit(建筑面积="89,5"), "建筑面积", "逗号"),
        (unit(楼栋=1.5), "楼栋", "小数"),
        (unit(房号="101.5"), "房号", "小数"),
        (owner(phone="1.38E+10"), "手机号", "丢失"),
        (owner("#N/A"), "客户姓名", "公式错误"),
    ],
)
def test_what_used_to_be_taken_quietly_is_an_error_now(bare: Estate, row: Any, column: str, said: str) -> None:
    _row, where, message = complaints(send(bare, row))[0]
    assert where == column
    assert said in message


def test_fillers_are_unknown_and_said_in_our_own_sheet_too(bare: Estate) -> None:
    taken = send(bare, owner(phone="无", 证件号="000000000000000000"))
    assert [(found.column, found.message) for found in taken.report.notices] == [
        ("证件号", "填充的内容，不是证件号，按没有证件号处理"),
        ("手机号", "填充的号码，按没有号码处理"),
    ]


def test_a_huge_area_is_worth_a_look(bare: Estate) -> None:
    assert "很大" in send(bare, unit(建筑面积="89,500")).report.notices[0].message


def test_our_readings_say_what_became_what(bare: Estate) -> None:
    rows: list[list[Any]] = [
        ["楼号", "单元", "房间号", "交付日期", "手机", "姓名"],
        ["1#", "一单元", "101室", 45356, 13800001234.0, "王小明"],
    ]
    read = {one.column: (one.becomes, one.examples) for one in take(bare, raw_book({"Sheet1": rows})).report.readings}
    assert read == {
        "楼号": ("房屋·楼栋", ("1# → 1",)),
        "单元": ("房屋·单元", ("一单元 → 1",)),
        "房间号": ("房屋·房号", ("101室 → 101",)),
        "交付日期": ("房屋·交付日期", ("45356 → 2024-03-05",)),
        "手机": ("房屋·手机号", ("13800001234.0 → 13800001234",)),
        "姓名": ("房屋·客户姓名", ()),
    }


def test_the_main_sheet_may_be_several_beside_the_titled_ones(bare: Estate) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "1栋": [["楼栋", "房号"], ["1", "101"]],
        "2栋": [["楼栋", "房号"], ["2", "101"]],
        "车位": [["车库层", "车位号", "归属房屋"], ["B1", "1", ""]],
    }
    assert take(bare, raw_book(sheets)).report.rows == {"房屋": 2, "车位": 1}


def test_an_empty_file_has_no_layout(bare: Estate) -> None:
    with pytest.raises(UnknownLayout, match="没有数据"):
        take(bare, raw_book({"房屋": [], "Sheet2": []}))


def test_unit_zero_of_our_own_is_written_as_it_stands(bare: Estate) -> None:
    assert take(bare, book(房屋=[unit(单元="0")])).is_taken
    assert bare.place("P1-1-0-101").usage == "dwelling"
