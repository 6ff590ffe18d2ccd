"""Which code follows from what the sheet says."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.estate.importing.addresses import columns_of, garage_level, phase_part, read_address
from zhongshu.estate.importing.documents import check_digit, read_document
from zhongshu.estate.naming import Address
from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.workbooks.cells import BadCell, area_of, day_of_cell, part_of_code, text_of

TODAY = date(2026, 11, 4)


@pytest.mark.parametrize(
    ("columns", "code", "floor"),
    [
        (("一期", "1", "1", "", "0101"), "P1-1-1-0101", 1),
        (("一期", "1", "1", "", "101"), "P1-1-1-101", 1),
        (("一期", 1.0, 1.0, "", 101.0), "P1-1-1-101", 1),
        (("1期", "1栋", "1单元", "", "101室"), "P1-1-1-101", 1),
        (("第一期", "1号楼", "一单元", "", "101"), "P1-1-1-101", 1),
        (("Ⅰ期", "1#", "1", "", "１０１"), "P1-1-1-101", 1),
        (("P1", "1#楼", "01", "", "101"), "P1-1-1-101", 1),
        (("1", "一幢", "1门", "一层", "101"), "P1-1-1-101", 1),
        (("二期", "十二栋", "2", "", "1502"), "P2-12-2-1502", 15),
        (("", "1", "1", "", "101"), "1-1-101", 1),
        (("", "一期3栋", "2", "", "1502"), "P1-3-2-1502", 15),
        (("东区", "1", "1", "", "101"), "东区-1-1-101", 1),
        (("a区", "1", "1", "", "101"), "A区-1-1-101", 1),
        (("一期", "A座", "", "", "2001"), "P1-A-2001", 20),
        (("一期", "1栋", "无", "", "商铺01"), "P1-1-商铺01", None),
        (("一期", "1", "1", "-1", "B101"), "P1-1-1-B101", -1),
        (("一期", "1", "1", "", "-101"), "P1-1-1-B101", -1),
        (("一期", "1", "1", "负一层", "储01"), "P1-1-1-储01", -1),
        (("一期", "1", "1", "跃层", "1701"), "P1-1-1-1701", 17),
        (("一期", "1", "1", "17-18", "1701"), "P1-1-1-1701", 17),
        (("一期", "3", "2", "", "3-2-1502"), "P1-3-2-1502", 15),
        (("一期", "3", "2", "", "P1-3-2-1502"), "P1-3-2-1502", 15),
        (("一期", "3", "2", "", "1502a"), "P1-3-2-1502A", 15),
    ],
)
def test_the_code_follows_from_the_columns(columns: tuple[Any, ...], code: str, floor: int | None) -> None:
    address = read_address(*(part_of_code(cell) for cell in columns))
    assert (address.code, address.floor) == (code, floor)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (("二期", "一期3栋", "1", "", "101"), "不符"),
        (("一期", "3", "2", "", "3-1-1502"), "不符"),
        (("一期", "3/4", "2", "", "1502"), "楼栋"),
        (("一期", "3", "2", "", "=1+1"), "房号"),
        (("一期", "3", "2", "天台", "1502"), "楼层"),
        (("一期", "3", "2", "", "1" * 40), "太长"),
    ],
)
def test_what_is_no_address_is_refused(columns: tuple[str, ...], said: str) -> None:
    with pytest.raises(BadCell, match=said):
        read_address(*columns)


parts = st.from_regex(r"[1-9][0-9]?|[A-E]", fullmatch=True)
addresses = st.builds(
    Address,
    st.from_regex(r"(P[1-9][0-9]?)?|东区|A区", fullmatch=True),
    parts,
    st.one_of(st.just(""), parts),
    st.one_of(st.integers(-4, -1), st.integers(1, 60)),
    st.from_regex(r"0?[1-9][0-9]?0[1-8][A-D]?|B10[1-9]|商铺0[1-9]", fullmatch=True),
)


@given(addresses)
def test_what_is_written_out_is_read_back(address: Address) -> None:
    assert read_address(*columns_of(address)) == address


def test_levels_of_a_garage() -> None:
    assert [garage_level(text) for text in ("B1", "负一层", "-1", "地下1层", "负1楼")] == ["B1"] * 5
    assert garage_level("地面") == "G"
    with pytest.raises(BadCell, match="B1"):
        garage_level("三楼")


def test_a_phase_beyond_ten_comes_back() -> None:
    assert phase_part("十二期") == phase_part("12期") == "P12"


@pytest.mark.parametrize(
    "cell", ["2024-3-5", "2024/03/05", "2024.3.5", "2024年3月5日", "20240305", 20240305.0, 45356.0, "45356",
             datetime.fromisoformat("2024-03-05T10:30"), date(2024, 3, 5), "２０２４－３－５", "2024-03-05 00:00:00"]
)  # fmt: skip
def test_a_day_is_read_however_written(cell: Any) -> None:
    assert day_of_cell(cell, today=TODAY) == date(2024, 3, 5)


@pytest.mark.parametrize("cell", ["昨天", "2024-13-01", "2024-02-30", "1900-01-01", "2099-01-01", "5", 12.5])
def test_what_is_no_day_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell, match="日期"):
        day_of_cell(cell, today=TODAY)


@pytest.mark.parametrize("cell", ["89.5", 89.5, "89.50㎡", "89.5 平米", "89.5平方米", "８９.５m2"])
def test_an_area_is_read_with_its_unit(cell: Any) -> None:
    assert area_of(cell) == Decimal("89.50")


@pytest.mark.parametrize("cell", ["-3", 0, "大", "100000", "nan", "1e9", "Infinity"])
def test_what_is_no_area_is_refused(cell: Any) -> None:
    with pytest.raises(BadCell):
        area_of(cell)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("138 0000 1234", ("13800001234",)),
        ("+86-138-0000-1234", ("13800001234",)),
        ("13800001234、0755-26001234", ("13800001234", "075526001234")),
        ("13800001234/13800001234,13900001234", ("13800001234", "13900001234")),
        ("(010)62345678；１３８００００１２３４", ("01062345678", "13800001234")),
        ("", ()),
    ],
)
def test_phones_are_digits(text: str, numbers: tuple[str, ...]) -> None:
    assert read_phones(text) == numbers


@pytest.mark.parametrize("text", ["1380000123", "12800001234", "无", "13800001234、5"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(BadPhone):
        read_phones(text)


def test_numbers_that_came_as_floats() -> None:
    assert read_phones(part_of_code(1.3800001234e10)) == ("13800001234",)
    assert read_phones(part_of_code("1.3800001234E+10")) == ("13800001234",)
    assert part_of_code("  Ａ座　") == "A座"
    assert text_of("王\x00小\u200b明\n") == "王小明"


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999))
def test_the_check_digit_decides(born: date, order: int) -> None:
    first_17 = f"110105{born:%Y%m%d}{order:03d}"
    right = check_digit(first_17)
    assert read_document(first_17 + right.lower(), is_organisation=False) == first_17 + right
    with pytest.raises(BadCell, match="校验位"):
        read_document(first_17 + ("0" if right != "0" else "1"), is_organisation=False)


def test_a_known_resident_number_is_right() -> None:
    assert read_document("11010519491231002X", is_organisation=False)


@pytest.mark.parametrize(
    ("cell", "is_organisation", "said"),
    [
        ("1101051949123100", False, "位数"),
        ("4403**********1234", False, "不完整"),
        (4.40301199001011e17, False, "文本"),
        ("110105194913310022", False, "校验位|出生"),
        ("?", True, "信用代码"),
    ],
)
def test_documents_that_cannot_be(cell: Any, is_organisation: bool, said: str) -> None:
    with pytest.raises(BadCell, match=said):
        read_document(cell, is_organisation=is_organisation)


def test_other_documents_are_kept() -> None:
    assert read_document("91440300MA5EQ1234X", is_organisation=True) == "91440300MA5EQ1234X"
    assert read_document("e12345678", is_organisation=False) == "E12345678"
