"""What columns mean, told by people: the rules, without a database."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.estate.importing.addresses import split_address
from zhongshu.estate.importing.looks import looks_like_area, looks_like_day, looks_like_phone
from zhongshu.estate.importing.sheets import ALL, PARKING, UNITS
from zhongshu.estate.workbooks.cells import BadCell
from zhongshu.estate.workbooks.layouts import Converted
from zhongshu.estate.workbooks.mapping import (
    ColumnRule,
    Mapping,
    fingerprint_of,
    header_at,
    headers_of,
    mapping_layout,
    missing,
    twice,
)
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.suggesting import (
    Why,
    likely_header,
    likely_sheet,
    likely_word,
    seen_columns,
    suggest,
    suggestions,
)
from zhongshu.people.importing import STAFF_SHEET

TODAY = date(2026, 11, 4)
HEADINGS = ["资产编号", "业主", "联系方式", "面积", "现状", "登记时间", "总层数"]
ROWS: list[list[Any]] = [
    ["1-2-1502", "王小明", 13800001234.0, 89.5, "自住房", "2024-03-05", 18],
    ["1栋2单元1503室", "李四", "13900001234", 101.25, "出租房", "2024-03-06", 18],
    ["1-2-1504", "", "", 90.5, "毛坯", "", 18],
]
REGISTER = Table("业主表", [["幸福里业主登记表"], ["", ""], HEADINGS, *ROWS])


def register_mapping(**words: str) -> Mapping:
    becomes = {"资产编号": "完整房号", "业主": "客户姓名", "联系方式": "手机号", "面积": "建筑面积", "现状": "状态"}
    words = {"自住房": "已入住", "出租房": "已出租", "毛坯": "已交付", **words}
    columns = [ColumnRule(h, becomes.get(h, ""), words if h == "现状" else {}) for h in HEADINGS]
    return Mapping("estate", "房屋", tuple(columns))


def convert(mapping: Mapping, *tables: Table) -> Converted:
    return mapping_layout([mapping], ALL).convert(list(tables), TODAY)


def rows_of(converted: Converted, sheet: str = "房屋") -> list[dict[str, Any]]:
    titles, *rows = converted.tables[sheet].grid
    return [{title: cell for title, cell in zip(titles, row, strict=True) if cell not in ("", None)} for row in rows]


ADDRESSES = [
    ("1-2-1502", ("", "1", "2", "1502")),
    ("1栋2单元1502室", ("", "1", "2", "1502")),
    ("一期1号楼2单元1502", ("1期", "1", "2", "1502")),
    ("1#2-1502", ("", "1", "2", "1502")),
    ("P1-3-2-801", ("P1", "3", "2", "801")),
    ("3幢二单元301", ("", "3", "2", "301")),
    ("A座1502", ("", "A", "", "1502")),
    ("十二栋三单元八零一", ("", "12", "3", "801")),
    ("８－１－１０１", ("", "8", "1", "101")),
]


@pytest.mark.parametrize(("text", "parts"), ADDRESSES)
def test_an_address_in_one_cell_is_split(text: str, parts: tuple[str, ...]) -> None:
    assert tuple(split_address(text).values()) == parts


@pytest.mark.parametrize("text", ["1021502", "门卫室", "89.5", "", "1-2-1502-3-4", date(2024, 1, 2), "#REF!"])
def test_what_cannot_be_split_for_certain_is_refused(text: Any) -> None:
    with pytest.raises(BadCell):
        split_address(text)


def test_cells_are_told_by_their_looks() -> None:
    assert [looks_like_phone(cell) for cell in (13800001234.0, "010-88886666", "1502", 18)] == [
        True,
        True,
        False,
        False,
    ]
    assert [looks_like_area(cell) for cell in (89.5, "90㎡", 101.0, "1502", 0.3)] == [True, True, False, False, False]
    assert [looks_like_day(cell) for cell in ("2024年3月5日", date(2024, 3, 5), "202403", 45123)] == [
        True, True, False, False,
    ]  # fmt: skip


def test_the_header_is_found_below_a_title_and_the_right_sheet_among_several() -> None:
    notes = Table("说明", [["本表由物业填写"], ["请勿改动", "谢谢"]])
    assert likely_header(REGISTER, ALL) == 3
    assert likely_sheet([notes, REGISTER], ALL) == 1


def test_columns_are_suggested_with_the_reason() -> None:
    header = header_at(REGISTER, 3)
    found = suggestions(list(seen_columns([(REGISTER, header)]).values()), UNITS)
    assert {h: (s.becomes, s.why) for h, s in zip(HEADINGS, found, strict=True) if s} == {
        "资产编号": ("完整房号", Why.HEADING),
        "业主": ("客户姓名", Why.SIMILAR),
        "联系方式": ("手机号", Why.HEADING),
        "面积": ("建筑面积", Why.SIMILAR),
        "现状": ("状态", Why.CELLS),
    }


def test_cells_speak_against_a_heading_that_is_only_similar() -> None:
    table = Table("表", [["房号", "业主电话", "房屋类型"], ["101", "没有", "两居"], ["102", "没有", "三居"]])
    assert {rule.becomes for rule in suggest(table, ALL).columns} == {"房号", ""}


def test_rooms_that_hold_the_whole_address_are_suggested_as_that() -> None:
    rows = [["1-1-1501", "王小明"], ["1-2-1502", "李四"]]
    assert suggest(Table("台账", [["房号", "姓名"], *rows]), ALL).columns[0].becomes == "完整房号"
    beside = Table("台账", [["楼栋", "房号"], *([1, room] for room, _name in rows)])
    assert [rule.becomes for rule in suggest(beside, ALL).columns] == ["楼栋", "房号"]


def test_two_dates_cannot_be_told_apart_so_none_is_suggested() -> None:
    table = Table("表", [["房号", "甲", "乙"], ["101", "2024-03-05", "2024-04-05"]])
    assert [rule.becomes for rule in suggest(table, ALL).columns] == ["房号", "", ""]


def test_sheets_of_every_kind_are_suggested() -> None:
    parking = Table("车位", [["车位编号", "车库层", "车位类型"], ["12", "B1", "产权"]])
    assert suggest(parking, ALL).sheet == PARKING.title
    staff = Table("花名册", [["员工编号", "员工姓名", "所属部门", "担任角色"], ["G1", "张工", "工程部", "维修"]])
    said = suggest(staff, (STAFF_SHEET,))
    assert [rule.becomes for rule in said.columns] == ["工号", "姓名", "班组", "角色"]
    assert said.columns[3].words == {"维修": "维修工程师"}


@pytest.mark.parametrize(
    ("word", "ours"), [("自住房", "已入住"), ("入住", "已入住"), ("正在装修", "装修中"), ("毛坯", "")]
)
def test_words_are_suggested_by_what_they_contain(word: str, ours: str) -> None:
    assert likely_word(word, UNITS.column("状态")) == ours


def test_a_sheet_is_read_as_told_and_every_column_says_how() -> None:
    converted = convert(register_mapping(), REGISTER)
    assert rows_of(converted)[0] == {
        "楼栋": "1", "单元": "2", "房号": "1502", "客户姓名": "王小明", "手机号": 13800001234.0, "建筑面积": 89.5,
        "状态": "已入住",
    }  # fmt: skip
    said = {reading.column: reading for reading in converted.readings}
    assert list(said) == HEADINGS
    assert said["资产编号"].becomes == "房屋·期、房屋·楼栋、房屋·单元、房屋·房号"
    assert said["资产编号"].examples[1] == "1栋2单元1503室 → 楼栋 1，单元 2，房号 1503"
    assert "毛坯 → 已交付" in said["现状"].note
    assert (said["登记时间"].becomes, said["登记时间"].note) == ("", "不导入")
    assert [notice.row for notice in converted.notices] == [3], "text above the headings is said"


def test_every_cell_knows_where_it_came_from() -> None:
    table = convert(register_mapping(), REGISTER).tables["房屋"]
    source, number = table.origins[1][0]
    assert (source.sheet, source.row, number) == ("业主表", 3, 5)
    assert (source.columns["房号"], source.columns["状态"]) == ("资产编号", "现状")
    assert "房屋性质" not in source.columns


def test_an_address_that_cannot_be_split_is_an_error_where_it_stands() -> None:
    table = Table("业主表", [HEADINGS, ["1021502", "王小明", "", "", "", "", ""], *ROWS])
    converted = convert(register_mapping(), table)
    assert [(e.sheet, e.row, e.column, e.value) for e in converted.errors] == [("业主表", 2, "资产编号", "1021502")]
    assert len(rows_of(converted)) == 3


def test_a_word_nobody_mapped_is_left_as_it_is_for_the_import_to_doubt() -> None:
    table = Table("业主表", [HEADINGS, ["1-2-1505", "赵六", "", "", "法拍", "", ""]])
    assert rows_of(convert(register_mapping(), table))[0]["状态"] == "法拍"


def test_a_word_may_be_said_to_mean_nothing() -> None:
    assert "状态" not in rows_of(convert(register_mapping(毛坯=""), REGISTER))[2]


def test_fixed_values_and_the_sheets_name_fill_what_rows_do_not_say() -> None:
    columns = (ColumnRule("房间", "房号"), ColumnRule("期数", "期"))
    mapping = Mapping("estate", "房屋", columns, {"期": "P1", "单元": "1"}, "楼栋")
    sheets = [Table(f"{n}号楼", [["房间", "期数"], ["101", ""], ["102", "二期"]]) for n in (1, 2)]
    converted = convert(mapping, *sheets)
    assert [(row["楼栋"], row["期"], row["房号"]) for row in rows_of(converted)] == [
        ("1号楼", "P1", "101"), ("1号楼", "二期", "102"), ("2号楼", "P1", "101"), ("2号楼", "二期", "102"),
    ]  # fmt: skip
    fixed = [reading for reading in converted.readings if reading.sheet == "2号楼" and not reading.column]
    assert {(reading.becomes, reading.note) for reading in fixed} >= {("房屋·楼栋", "没有填的都当作 2号楼（工作表名）")}


def test_a_column_of_its_own_says_more_than_a_part_of_a_combined_one() -> None:
    columns = (ColumnRule("房", "完整房号"), ColumnRule("分期", "期"))
    table = Table("表", [["房", "分期"], ["1-2-1502", "二期"], ["P3-1-2-1503", ""]])
    assert [row["期"] for row in rows_of(convert(Mapping("estate", "房屋", columns), table))] == ["二期", "P3"]


def test_a_sheet_without_a_known_header_is_named_as_left_out() -> None:
    other = Table("收费", [["项目", "金额"], ["物业费", 100]])
    [left] = [reading for reading in convert(register_mapping(), REGISTER, other).readings if reading.sheet == "收费"]
    assert (left.becomes, left.note) == ("", "表头没有对应过，整张工作表不导入")


def test_the_same_heading_twice_stays_two_columns() -> None:
    columns = (ColumnRule("房号", "房号"), ColumnRule("电话"), ColumnRule("电话", "手机号"))
    mapping = Mapping("estate", "房屋", columns)
    table = Table("表", [["房号", "电话", "电话"], ["101", "13800001111", "13800002222"]])
    assert rows_of(convert(mapping, table)) == [{"房号": "101", "手机号": "13800002222"}]
    turned = Table("表", [["电话", "房号", "电话"], ["13800001111", "101", "13800002222"]])
    assert mapping.fingerprint not in headers_of("estate", turned), (
        "which of the two is which is told by the order only"
    )
    both = Mapping("estate", "房屋", (ColumnRule("电话", "手机号"), ColumnRule("手机", "手机号")))
    assert twice(both) == {"手机号": ["电话", "手机"]}


def test_what_is_missing_is_what_nothing_fills() -> None:
    room = ColumnRule("房间", "房号")
    assert missing(Mapping("estate", "房屋", (room,)), UNITS) == ["楼栋"]
    assert missing(Mapping("estate", "房屋", (room,), {"楼栋": "1"}), UNITS) == []
    assert missing(Mapping("estate", "房屋", (room,), {}, "楼栋"), UNITS) == []
    assert missing(Mapping("estate", "房屋", (ColumnRule("房间", "完整房号"),)), UNITS) == []


def test_the_error_column_we_wrote_ourselves_does_not_change_a_header() -> None:
    assert fingerprint_of("estate", [*HEADINGS, "错误"]) == fingerprint_of("estate", HEADINGS)
    assert fingerprint_of("estate", ["面积(㎡)", " 业主 *"]) == fingerprint_of("estate", ["业主", "面积"])
    assert fingerprint_of("staff", HEADINGS) != fingerprint_of("estate", HEADINGS)


words = st.text("已入住出租自空置房ABC 12", min_size=1, max_size=6)
rules = st.builds(
    ColumnRule,
    st.text(max_size=12),
    st.sampled_from(["", *(c.title for c in UNITS.columns)]),
    st.dictionaries(words, words),
)
told = st.builds(
    Mapping,
    st.sampled_from(["estate", "staff"]),
    st.sampled_from(["房屋", "车位"]),
    st.lists(rules, max_size=8).map(tuple),
    st.dictionaries(st.sampled_from(["期", "楼栋"]), words),
    st.sampled_from(["", "楼栋"]),
)


@given(told)
def test_a_mapping_survives_json(mapping: Mapping) -> None:
    again = Mapping.from_json(mapping.as_json())
    assert again == mapping
    assert again.fingerprint == mapping.fingerprint


@given(st.permutations(range(len(HEADINGS))), st.integers(0, 6))
def test_the_order_of_columns_and_what_stands_above_do_not_matter(order: list[int], above: int) -> None:
    shuffled = Table("业主表", [*[["说明"]] * above, *[[row[at] for at in order] for row in (HEADINGS, *ROWS)]])
    converted = convert(register_mapping(), shuffled)
    assert converted.tables["房屋"].grid == convert(register_mapping(), REGISTER).tables["房屋"].grid
    assert {reading.column: reading.examples for reading in converted.readings} == {
        reading.column: reading.examples for reading in convert(register_mapping(), REGISTER).readings
    }
