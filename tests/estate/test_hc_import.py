"""The workbooks of HC小区管理系统 as companies keep them: clean, and messy with every doubt shown."""

import csv
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from tests.estate.books import OPTIONS, cells, complaints, raw_book, take
from tests.estate.conftest import Estate
from zhongshu.estate.actions.imports import Taken, send_workbook, take_workbook
from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import Account, AccountPlace, Customer, HouseholdMember, Occupancy, Place
from zhongshu.estate.workbooks.layouts import UnknownLayout, layouts_of
from zhongshu.estate.workbooks.reading import UnreadableWorkbook
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid

HEADINGS = [
    "楼号", "单元", "房间", "楼层", "总层数", "是否有电梯", "房屋类型", "房屋户型", "建筑面积", "室内面积", "租金",
    "房屋状态", "业主名称", "性别", "手机号", "身份证号", "业主类型",
]  # fmt: skip
KNOWN_ID = "11010519491231002X"
NOWHERE = "没有对应的列，没有导入"


def line(room: Any = "101", **more: Any) -> list[Any]:
    """A row of the list: 1-1, a flat of 89.5 square metres that 张三 lives in."""
    said: dict[str, Any] = {
        "楼号": 1, "单元": 1, "房间": room, "楼层": 1, "总层数": 6, "是否有电梯": "有", "房屋类型": 110,
        "房屋户型": "三室两厅", "建筑面积": 89.5, "室内面积": 72.3, "租金": 0, "房屋状态": 2001, "业主名称": "张三",
        "性别": "男", "手机号": "13800001234", "身份证号": KNOWN_ID, "业主类型": 1001,
    }  # fmt: skip
    return [{**said, **more}[heading] for heading in HEADINGS]


def empty(room: Any, **more: Any) -> list[Any]:
    """A row of a room with nobody in it."""
    return line(
        room, **{"业主名称": "", "性别": "", "手机号": "", "身份证号": "", "业主类型": "", "房屋状态": 2008, **more}
    )


def hc(*rows: Sequence[Any], title: str = "资产信息") -> bytes:
    return raw_book({title: [HEADINGS, *rows]})


def doubts(taken: Taken) -> list[tuple[int, str, str]]:
    """Row, column and message of each notice."""
    return [(notice.row, notice.column, notice.message) for notice in taken.report.notices]


def says(taken: Taken, row: int, column: str, part: str) -> bool:
    return any((at, where) == (row, column) and part in message for at, where, message in doubts(taken))


def readings(taken: Taken) -> dict[str, tuple[str, str, tuple[str, ...]]]:
    return {one.column: (one.becomes, one.note, one.examples) for one in taken.report.readings}


def people(code: str) -> dict[str, str]:
    members = HouseholdMember.objects.filter(account__unit__code=code).values_list("customer__name", "relation")
    return dict(members)


# --- the list of rooms with owners ------------------------------------------------------------------------------------


def test_a_clean_list_goes_in_with_every_column_accounted_for(bare: Estate) -> None:
    rows = [line(), line("102", 业主名称="李四", 手机号=13900005678.0, 身份证号=""), empty("201", 楼层=2)]
    taken = take(bare, hc(*rows))
    assert (taken.is_taken, taken.report.layout, taken.report.errors, taken.report.notices) == (True, "hc", [], [])
    assert readings(taken) == {
        "楼号": ("房屋·楼栋", "", ()),
        "单元": ("房屋·单元", "0 表示不在单元里的商铺", ()),
        "房间": ("房屋·房号", "", ()),
        "楼层": ("房屋·楼层", "", ()),
        "总层数": ("", NOWHERE, ()),
        "是否有电梯": ("", NOWHERE, ()),
        "房屋类型": ("房屋·用途", "110 住宅、119 办公室、120 宿舍；110 → 住宅", ()),
        "房屋户型": ("", NOWHERE, ()),
        "建筑面积": ("房屋·建筑面积", "", ()),
        "室内面积": ("房屋·套内面积", "", ()),
        "租金": ("", "留待收费，没有导入", ()),
        "房屋状态": ("房屋·状态", "2001 → 已入住、2008 → 空置", ()),
        "业主名称": ("房屋·客户姓名", "", ()),
        "性别": ("", NOWHERE, ()),
        "手机号": ("房屋·手机号", "", ("13900005678.0 → 13900005678",)),
        "身份证号": ("房屋·证件号", "", ()),
        "业主类型": ("房屋·身份", "1001 → 业主", ()),
    }
    place = bare.place("1-1-101")
    assert (place.label, place.floor_no) == ("1栋1单元101", 1)
    assert (str(place.gross_area), str(place.net_area)) == ("89.50", "72.30")
    owner = Account.objects.get(unit=place).customer
    assert (owner.name, owner.id_no, owner.first_number) == ("张三", KNOWN_ID, "13800001234")
    after = AuditEntry.objects.get(verb="estate.take_workbook").after
    assert after is not None
    assert after["layout"] == "hc"


def test_the_second_time_nothing_changes(bare: Estate) -> None:
    content = hc(line(), line(业主名称="王梅", 业主类型=1002, 手机号="", 身份证号=""), empty("商铺01", 单元=0))
    assert take(bare, content).report.total("created") > 8
    again = take(bare, content).report
    assert (again.total("created"), again.total("updated"), again.changes, again.errors) == (0, 0, [], [])
    assert again.total("unchanged") > 3


STATES = {
    2001: "occupied", 2002: "unsold", 2003: "handed_over", 2004: "vacant", 2005: "handed_over", 2006: "let",
    2007: "sold", 2008: "vacant", 2009: "fitting_out",
}  # fmt: skip


def test_every_code_and_its_word_are_understood(bare: Estate) -> None:
    words = ["已入住", "未销售", "已交房", "未入住", "已装修", "已出租", "已出售", "空闲", "装修中"]
    rows = [empty(f"{code - 2000}01", 楼层="", 房屋状态=code) for code in STATES]
    rows += [empty(f"{nth}02", 楼层="", 房屋状态=word) for nth, word in enumerate(words, start=1)]
    rows.append(empty("103", 房屋状态="2009 装修中", 房屋类型=120))
    assert complaints(take(bare, hc(*rows))) == []
    found = dict(Occupancy.objects.values_list("place__room_no", "status"))
    assert [found[f"{n}01"] for n in range(1, 10)] == [found[f"{n}02"] for n in range(1, 10)] == list(STATES.values())
    assert found["103"] == "fitting_out"


def test_several_people_of_a_room_and_several_rooms_of_one(bare: Estate) -> None:
    types = {"王梅": 1002, "租客甲": 1003, "阿姨": 1004, "其他人": 1005}
    family = [line(业主名称=name, 业主类型=code, 手机号="", 身份证号="") for name, code in types.items()]
    taken = take(bare, hc(line(), *family, line("102"), line("201", 楼层=2)))
    assert complaints(taken) == []
    assert people("1-1-101") == {
        "张三": "owner", "王梅": "family", "租客甲": "tenant", "阿姨": "occupant", "其他人": "occupant",
    }  # fmt: skip
    assert Customer.objects.filter(name="张三").count() == 1
    assert Account.objects.filter(customer__name="张三").count() == 3


def test_under_unit_zero_are_shops(bare: Estate) -> None:
    taken = take(bare, hc(empty("01", 单元=0), empty("02", 单元="0", 房屋类型=119), empty("03", 单元="0单元")))
    assert says(taken, 2, "单元", "单元 0 读作没有单元，房屋按商铺登记（共 3 处：第 2、3、4 行）")
    found = Place.objects.filter(kind="unit").order_by("code").values_list("code", "usage", "parent__kind")
    assert [(code, usage) for code, usage, _kind in found] == [("1-01", "shop"), ("1-02", "office"), ("1-03", "shop")]


def test_a_messy_list_goes_in_with_every_doubt_shown(bare: Estate) -> None:
    beside = "填表说明：房屋类型 110 住宅"
    starred = [f"{heading}*" if at < 3 else f"{heading}\n（必填）" for at, heading in enumerate(HEADINGS)]
    rows = [
        ["梧桐苑房产信息表"],
        [],
        [*starred, "", beside],
        [*line("101 ", 楼号="１号楼", 单元="一单元", 建筑面积="89.5㎡", 手机号=13800001234.0), "", "", "不要改表头"],
        line(业主名称="李\u200b四", 业主类型=1002, 手机号="139 0000 1111 / 13900002222", 身份证号="000000000000000000"),
        [],
        line(102.0, 业主名称="王五", 手机号=19999999999, 身份证号="110105194912310021", 建筑面积="89,5"),
        line("103", 业主名称="赵六", 手机号="1.38E+10", 身份证号=1.10105194912310e17, 室内面积=99),
        line("104", 业主名称="钱七（父）", 手机号="13700001111(父亲) 13600002222", 身份证号="身份证"),
        line("1502", 楼层=9, 业主名称="孙八", 手机号="12345", 身份证号="1234567890", 房屋状态=2002),
        line("1502", 楼层=9, 业主名称="孙八", 手机号="13500003333", 身份证号="", 房屋状态=2002),
        empty("106", 业主名称="无", 手机号="无", 身份证号="/", 建筑面积=0, 房屋类型=300, 房屋状态=2012),
        empty("107", 手机号="13800009999"),
        line("108", 业主名称="周一、吴二", 楼层="#REF!", 手机号="", 身份证号=""),
        ["合计", "", "", "", "", "", "", "", 758],
        ["制表人：张三　日期：2024-01-01"],
        ["", "", "", *[""] * 15, "以上由客服填写"],
    ]
    taken = take(bare, raw_book({"资产信息": rows, "Sheet2": [], "Sheet3": [], "备忘": [["随便写的"]]}))
    assert complaints(taken) == []
    assert taken.is_taken
    expected = [
        (3, "", "表头在第 3 行"),
        (3, "", f"不认识的列已忽略：{beside}"),
        (4, "T", "T 列没有表头，其中 1 格内容没有读，如“不要改表头”"),
        (15, "", "合计行"),
        (16, "", "说明文字，没有当数据读：“制表人：张三 日期：2024-01-01”"),
        (0, "", "工作表没有读"),
        (5, "身份证号 （必填）", "填充的内容"),
        (7, "手机号 （必填）", "填充的号码"),
        (7, "身份证号 （必填）", "校验位"),
        (7, "建筑面积 （必填）", "逗号"),
        (8, "手机号 （必填）", "1.38E+10，末几位已丢失"),
        (8, "身份证号 （必填）", "末几位已丢失"),
        (8, "室内面积 （必填）", "大于建筑面积"),
        (9, "手机号 （必填）", "号码旁边的文字没有导入"),
        (10, "楼层 （必填）", "楼层与房号矛盾"),
        (10, "手机号 （必填）", "“12345”不是手机号"),
        (10, "房屋状态 （必填）", "状态是未售，却写了客户"),
        (11, "房间*", "与第 10 行重复"),
        (12, "业主名称 （必填）", "“无”读作没有客户"),
        (12, "建筑面积 （必填）", "大于 0"),
        (12, "房屋类型 （必填）", "“300”不是可用的用途"),
        (12, "房屋类型 （必填）", "没有可用的用途，按住宅登记"),
        (12, "房屋状态 （必填）", "“2012”不是可用的状态"),
        (13, "手机号 （必填）", "填了手机号却没有客户姓名"),
        (14, "业主名称 （必填）", "看起来是几个人"),
        (14, "楼层 （必填）", "公式错误 #REF!"),
    ]
    assert [wanted for wanted in expected if not says(taken, *wanted)] == []
    assert len(taken.report.notices) == len(expected), "and nothing else is doubted"
    read = readings(taken)
    assert read["楼号*"][2] == ("１号楼 → 1",)
    assert read["单元*"][2] == ("一单元 → 1",)
    assert read["建筑面积 （必填）"][2] == ("89.5㎡ → 89.5",)
    assert "13800001234.0 → 13800001234" in read["手机号 （必填）"][2]
    assert read[beside] == ("", "不认识的列，没有读", ())
    phones = {one.name: sorted(one.phones.values_list("number", flat=True)) for one in Customer.objects.all()}
    assert phones == {
        "张三": ["13800001234"], "李四": ["13900001111", "13900002222"], "王五": [], "赵六": [],
        "钱七（父）": ["13600002222", "13700001111"], "孙八": ["13500003333"], "周一、吴二": [],
    }  # fmt: skip
    assert set(Customer.objects.exclude(name="张三").values_list("id_no", flat=True)) == {""}
    assert Place.objects.filter(kind="unit").count() == 8, "every room is there"
    assert (bare.place("1-1-1502").floor_no, bare.place("1-1-102").gross_area) == (9, None)


def test_running_the_messy_list_twice_changes_nothing(bare: Estate) -> None:
    rows = [line(手机号=19999999999), line(手机号="13800001234"), line("102", 建筑面积="89,5", 房屋状态=2002)]
    assert take(bare, hc(*rows)).is_taken
    again = take(bare, hc(*rows)).report
    assert (again.total("created"), again.total("updated"), again.changes) == (0, 0, [])
    assert len(again.notices) == 4


WRONG: list[tuple[list[Any], str, str]] = [
    (line("101", 楼号=1.5), "楼号", "小数"),
    (line("101", 单元="1.5"), "单元", "小数"),
    (line(101.5), "房间", "小数"),
    (line(""), "房间", "缺少房号"),
    (line("北门", 楼号=""), "楼号", "缺少楼栋"),
    (line("#N/A"), "房间", "公式错误"),
    (line("#REF!", 楼号="", 单元="", 楼层=""), "房间", "公式错误"),
    (line("101", 业主名称="#NAME?"), "业主名称", "公式错误"),
    (line(date(2026, 1, 2)), "房间", "变成了日期"),
    (line("101", 业主类型=1003), "业主类型", "没有业主"),
]


@pytest.mark.parametrize(("row", "column", "said"), WRONG, ids=[f"{c}-{s}" for _r, c, s in WRONG])
def test_what_would_lose_a_room_or_a_person_is_an_error(
    bare: Estate, row: Sequence[Any], column: str, said: str
) -> None:
    taken = take(bare, hc(empty("999", 楼层=""), row))
    assert not taken.is_taken
    assert any((number, where) == (3, column) and said in message for number, where, message in complaints(taken))
    assert Place.objects.filter(site=bare.site).count() == 1


def test_the_same_person_with_two_documents_is_not_put_together(bare: Estate) -> None:
    ((row, column, message),) = complaints(take(bare, hc(line(), line(身份证号="E12345678"))))
    assert (row, column) == (3, "房间")
    assert "与第 2 行重复" in message


def test_rows_that_contradict_each_other_keep_the_first_and_say_so(bare: Estate) -> None:
    taken = take(bare, hc(line(), line(业主名称="王梅", 业主类型=1002, 手机号="", 身份证号="", 建筑面积=120)))
    assert says(taken, 3, "建筑面积", "与第 2 行矛盾：同一房屋的建筑面积那里写的是 89.50")
    assert str(bare.place("1-1-101").gross_area) == "89.50"


def test_the_error_workbook_is_the_file_as_sent(bare: Estate) -> None:
    rows = [["梧桐苑"], HEADINGS, line(), line("", 业主名称="李四", 手机号="13900001111", 身份证号="")]
    taken = take(bare, raw_book({"1号楼": rows, "备忘": [["随便写的"]]}))
    assert taken.errors is not None
    title, heading, good, bad = cells(taken.errors, "1号楼")
    assert title[0] == "梧桐苑"
    assert heading == [*HEADINGS, "错误"]
    assert (good[0], good[-1]) == (1.0, "")
    assert bad[-1] == "缺少房号"
    assert cells(taken.errors, "备忘") == [["随便写的"]]
    bad[2] = "102"
    mended = take(bare, raw_book({"1号楼": [title, heading, good, bad]}))
    assert mended.is_taken
    assert not any("错误" in message for _row, _column, message in doubts(mended))


def test_one_sheet_for_each_building_and_hidden_ones_left_out(bare: Estate) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as target:
        for title, building in (("1号楼", 1), ("2号楼", 2), ("旧表", 3)):
            page = target.add_worksheet(title)
            for number, row in enumerate([HEADINGS, empty("101", 楼号=building), empty("101", 楼号=building)]):
                page.write_row(number, 0, row)
            if title == "旧表":
                page.hide()
    taken = take(bare, buffer.getvalue())
    said = [(notice.sheet, notice.row, notice.message) for notice in taken.report.notices]
    assert ("旧表", 0, "隐藏的工作表，没有读") in said
    assert [sheet for sheet, row, message in said if row == 3 and "第 2 行重复" in message] == ["1号楼", "2号楼"]
    codes = Place.objects.filter(kind="unit").values_list("code", flat=True)
    assert sorted(codes) == ["1-1-101", "2-1-101"]


def test_a_row_that_is_on_two_sheets_names_the_other_sheet(bare: Estate) -> None:
    content = raw_book({"甲": [HEADINGS, line()], "乙": [HEADINGS, line()]})
    (notice,) = take(bare, content).report.notices
    assert (notice.sheet, notice.row) == ("乙", 2)
    assert "工作表“甲”第 2 行" in notice.message


def test_two_rows_of_headings_and_merged_cells(bare: Estate) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as target:
        page = target.add_worksheet("资产信息")
        page.merge_range(0, 12, 0, 16, "业主信息")
        for at, heading in enumerate(HEADINGS):
            if at < 12:
                page.merge_range(0, at, 1, at, heading)
            else:
                page.write(1, at, heading)
        for number, row in enumerate([line("101"), line("102"), empty("103")], start=2):
            page.write_row(number, 0, row)
        page.merge_range(2, 0, 4, 0, 5)
        page.merge_range(4, 8, 4, 9, 60)
        page.merge_range(6, 0, 6, 16, "以下为空白")
    taken = take(bare, buffer.getvalue())
    assert complaints(taken) == []
    assert says(taken, 3, "", "合并的单元格已按每一行都写了同样内容处理")
    assert says(taken, 5, "", "横向合并的单元格只读作它的第一列")
    assert says(taken, 7, "", "说明文字，没有当数据读：“以下为空白”")
    codes = Place.objects.filter(kind="unit").order_by("code").values_list("code", "gross_area", "net_area")
    assert [(code, str(gross)) for code, gross, _net in codes] == [
        ("5-1-101", "89.50"), ("5-1-102", "89.50"), ("5-1-103", "60.00"),
    ]  # fmt: skip
    assert codes[2][2] is None


def test_headings_over_two_rows_without_merged_cells(bare: Estate) -> None:
    upper = [heading if at < 12 else ("业主信息" if at == 12 else "") for at, heading in enumerate(HEADINGS)]
    lower = [heading if at >= 12 else "" for at, heading in enumerate(HEADINGS)]
    taken = take(bare, raw_book({"Sheet1": [upper, lower, line(), HEADINGS, line("102")]}))
    assert people("1-1-101") == {"张三": "owner"}
    assert says(taken, 4, "", "重复的表头")
    assert says(taken, 2, "", "表头占了两行：第 1、2 行")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_csv_with_a_title_above(bare: Estate, encoding: str) -> None:
    text = StringIO(newline="")
    csv.writer(text).writerows([["梧桐苑"], HEADINGS, line(手机号="13812345678.0"), line("102.0", 手机号="1.38E+10")])
    taken = take(bare, text.getvalue().encode(encoding))
    assert complaints(taken) == []
    assert says(taken, 4, "手机号", "末几位已丢失")
    assert readings(taken)["手机号"][2] == ("13812345678.0 → 13812345678",)
    assert bare.place("1-1-102").room_no == "102"


def ods(title: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """A spreadsheet as LibreOffice keeps it, everything text."""
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows)
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ODS_SPACES)
    table = f'<table:table table:name="{title}">{lines}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest:manifest{spaces}/>")
        archive.writestr("content.xml", f"<office:document-content{spaces}>{body}</office:document-content>")
    return buffer.getvalue()


ODS_SPACES = ("office", "table", "text", "manifest")


def test_an_ods_will_do(bare: Estate) -> None:
    taken = take(bare, ods("资产信息", [["梧桐苑"], HEADINGS, line()]))
    assert (taken.report.layout, taken.is_taken) == ("hc", True)


def test_a_failed_formula_is_not_taken_for_an_empty_cell(bare: Estate) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as target:
        page = target.add_worksheet("资产 & 业主")
        for number, row in enumerate([HEADINGS, line(), line("102")]):
            page.write_row(number, 0, row)
        page.write_formula(1, 8, "=1/0", None, "#DIV/0!")
        page.write_formula(2, 2, "=NA()", None, "#N/A")
    taken = take(bare, buffer.getvalue())
    assert complaints(taken) == [(3, "房间", "这一格是公式错误 #N/A")]
    assert says(taken, 2, "建筑面积", "公式错误 #DIV/0!")


def test_a_column_twice_is_an_error(bare: Estate) -> None:
    content = raw_book({"资产信息": [[*HEADINGS, "联系电话"], [*line(), "13900001111"]]})
    errors = complaints(take(bare, content))
    assert {message for _row, _column, message in errors} == {"列“手机号”出现了两次", "列“联系电话”出现了两次"}


def test_signatures_and_numbered_sentences_below_are_no_rows(bare: Estate) -> None:
    below = [["2、房屋状态见附表"], ["制表人：王会计", "", "", "", "审核：", "李经理", "", "日期：", "2023-05-01"]]
    taken = take(bare, hc(line(), *below, empty("102")))
    assert complaints(taken) == []
    assert [row for row, _column, message in doubts(taken) if "说明文字" in message] == [3, 4]
    assert bare.place("1-1-102").room_no == "102"


def test_titles_sums_and_defaults_between_the_rows_stop_no_file(bare: Estate) -> None:
    between = [
        ["梧桐苑业主资料登记表"],
        ["商铺部分"],
        ["1栋小计", "", "", "", "", "", "", "", 178],
        ["", "", "", "", 18, "有", 110],
    ]
    taken = take(bare, hc(line(), *between, empty("102")))
    assert complaints(taken) == []
    said = {row: message for row, _column, message in doubts(taken)}
    assert ["说明文字" in said[3], "说明文字" in said[4], "合计行" in said[5], "没有楼栋、房号和客户" in said[6]] == [
        True
    ] * 4
    assert Place.objects.filter(kind="unit").count() == 2


@pytest.mark.parametrize(
    "row", [["1栋"], ["", "", "共120户"], ["", "", "商铺", "", "", "", "", "", "", "", "", "", "李四"]]
)
def test_a_row_that_may_be_a_room_or_a_person_is_never_passed_over(bare: Estate, row: list[Any]) -> None:
    assert complaints(take(bare, hc(line(), row)))


def test_a_whole_address_in_one_column_is_taken_apart(bare: Estate) -> None:
    rows = [line(楼号="1栋1单元", 单元=""), empty("1栋1单元102室"), empty("一单元103"), empty("1-1-104")]
    assert complaints(take(bare, hc(*rows))) == []
    codes = Place.objects.filter(kind="unit").order_by("code").values_list("code", flat=True)
    assert list(codes) == ["1-1-101", "1-1-102", "1-1-103", "1-1-104"]
    errors = complaints(
        take(bare, hc(line(楼号="1栋2单元"), empty("3栋1单元102"), empty("105、106"), empty("商铺", 楼号="")))
    )
    assert [(row, column) for row, column, _message in errors] == [(2, "楼号"), (3, "房间"), (4, "房间"), (5, "楼号")]
    assert "每个房间写一行" in errors[2][2]
    assert "向下填充" in errors[3][2]


def test_what_is_written_once_for_the_rows_below_is_taken_and_said(bare: Estate) -> None:
    """A building named in its first row only; a second person with no more than a name."""
    rows = [
        line(楼号="3", 单元="1", 房间="101"),
        empty("102", 楼号="", 单元=""),
        empty("201", 楼号="", 单元="2"),
        empty("", 楼号="", 单元="", 业主名称="李小四"),
        line(楼号="4", 单元="1", 房间="101"),
    ]
    taken = take(bare, hc(*rows))
    assert complaints(taken) == []
    codes = Place.objects.filter(kind="unit").order_by("code").values_list("code", flat=True)
    assert list(codes) == ["3-1-101", "3-1-102", "3-2-201", "4-1-101"]
    assert Customer.objects.get(name="李小四").accounts.get().unit.code == "3-2-201"
    assert any("按上面的行补上" in message and "第 3、4、5 行" in message for _row, _column, message in doubts(taken))


def test_a_label_does_not_hide_a_row_with_a_room(bare: Estate) -> None:
    assert complaints(take(bare, hc(line(楼号="楼号：一"))))


@pytest.mark.parametrize(
    ("said", "status"),
    [("已入住2001", "occupied"), ("2001（自住）", "occupied"), ("2001/2006", None), ("2001未销售", None)],
)
def test_a_code_and_the_word_beside_it_must_agree(bare: Estate, said: str, status: str | None) -> None:
    taken = take(bare, hc(line(房屋状态=said)))
    assert says(taken, 2, "房屋状态", f"“{said}”不是可用的状态") == (status is None)
    assert Occupancy.objects.filter(status=status).exists() == (status is not None)


def test_what_is_filled_in_for_want_of_a_word_is_said(bare: Estate) -> None:
    taken = take(bare, hc(line(房屋类型="", 业主类型=9999), line("102", 业主类型="业主本人")))
    assert says(taken, 2, "房屋类型", "按住宅登记")
    assert says(taken, 2, "业主类型", "按业主登记")
    assert not any(row == 3 for row, _column, _message in doubts(taken))


def test_particulars_of_nobody_are_each_said(bare: Estate) -> None:
    taken = take(bare, hc(line(业主名称="")))
    for column in ("手机号", "身份证号", "业主类型"):
        assert says(taken, 2, column, "却没有客户姓名")


def test_rooms_that_differ_by_a_zero_are_two_and_said(bare: Estate) -> None:
    taken = take(bare, hc(empty("0101"), empty("101"), empty("101", 单元=2)))
    assert [row for row, _column, message in doubts(taken) if "只差房号前面的 0" in message] == [3]
    again = take(bare, hc(empty("0101"), empty("101"), empty("0101", 单元=2)))
    assert [row for row, _column, message in doubts(again) if "只差房号前面的 0" in message] == [4]


def test_one_document_under_two_names_is_two_people_and_said(bare: Estate) -> None:
    taken = take(bare, hc(line(), line("102", 业主名称="李四"), line("103", 业主名称="张 三")))
    assert says(taken, 3, "身份证号", "与第 2 行的“张三”证件号相同，姓名却不同")
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["张三", "李四"]


def test_numbers_that_a_program_kept_as_text(bare: Estate) -> None:
    text = StringIO(newline="")
    csv.writer(text).writerows([HEADINGS, line(), line("102")])
    kept = text.getvalue().replace("13800001234", '="13800001234"').replace(KNOWN_ID, f'"=""{KNOWN_ID}"""', 1)
    taken = take(bare, kept.encode("gb18030"))
    assert doubts(taken)[1:] == []
    assert {phone for one in Customer.objects.all() for phone in one.phones.values_list("number", flat=True)} == {
        "13800001234"
    }
    assert Customer.objects.get().id_no == KNOWN_ID


@pytest.mark.parametrize("page", ["<html><table>", '\ufeff<?xml version="1.0"?><Workbook>', "\n <table>"])
def test_a_web_page_called_xls_is_refused_with_what_to_do(bare: Estate, page: str) -> None:
    with pytest.raises(UnreadableWorkbook, match=r"网页格式.*另存为"):
        take(bare, page.encode())


# --- the older five sheets --------------------------------------------------------------------------------------------

OLD: dict[str, list[list[Any]]] = {
    "楼栋单元": [["楼栋编号", "单元编号", "总楼层", "是否有电梯"], [1, 1, 6, "有"], [2, 0, 1, "无"]],
    "业主信息": [
        ["业主编号", "业主名称", "业主性别", "年龄", "手机号", "身份证", "业主类型", "家庭业主编号"],
        [1, "张三", "男", 40, 13800001234.0, KNOWN_ID, 1001, ""],
        [2, "王梅", "女", "", "", "", 1002, 1],
        [3, "李四", "男", "", "13900005678", "", 1001, ""],
    ],
    "费用设置": [["费用编号", "费用类型"], [1, "物业费"]],
    "房屋信息": [
        [
            "房屋编号", "楼栋编号", "单元编号", "房屋楼层", "房屋户型", "建筑面积", "业主编号", "房屋费用",
            "费用到期时间", "房屋类型", "室内面积", "租金",
        ],
        [101, 1, 1, 1, "三室", 89.5, 1, 1, 45000, 110, 72.3, 0],
        [102, 1, 1, 1, "三室", 60, "", "", "", 110, 50, 0],
        ["01", 2, 0, 1, "一室", 30, 3, 1, "2024-01-01", 119, 28, 0],
    ],
    "车位信息": [
        [
            "停车场编号", "车位编码", "停车场类型", "面积", "业主编号", "车牌号", "品牌", "车辆类型", "颜色",
            "出售出租", "开始时间", "结束时间",
        ],
        ["B1", "012", 2001, 12.5, 1, "粤B12345", "", "", "", "S", "2024-01-01", "2034-01-01"],
        ["东停车场", "7", 1001, 12, "", "", "", "", "", "", "", ""],
    ],
}  # fmt: skip


def old(**more: list[list[Any]] | None) -> bytes:
    return raw_book({title: rows for title, rows in {**OLD, **more}.items() if rows is not None})


def test_the_older_five_sheets_are_joined(bare: Estate) -> None:
    taken = take(bare, old())
    assert (complaints(taken), taken.report.layout) == ([], "hc-old")
    assert people("1-1-101") == {"张三": "owner", "王梅": "family"}
    assert people("2-01") == {"李四": "owner"}
    assert (bare.place("2-01").usage, bare.place("1-1-102").usage) == ("office", "dwelling")
    assert not Account.objects.filter(unit__code="1-1-102").exists()
    held = AccountPlace.objects.filter(place__kind="parking").values_list("place__code", "account__unit__code")
    assert list(held) == [("PK-B1-012", "1-1-101")]
    spaces = Place.objects.filter(kind="parking").order_by("code").values_list("code", "parking_kind", "parent__code")
    assert list(spaces) == [("PK-B1-012", "titled", "PK-B1"), ("PK-G-7", "", "PK-G-东停车场")]
    said = [(notice.sheet, notice.message) for notice in taken.report.notices]
    assert said == [
        ("费用设置", "费用设置留待收费时使用，这次没有读，请保留这份文件"),
        ("房屋信息", "单元 0 读作没有单元，房屋按商铺登记"),
    ]
    read = {(one.sheet, one.column): (one.becomes, one.note) for one in taken.report.readings}
    assert read["房屋信息", "费用到期时间"] == ("", "留待收费，没有导入")
    assert read["业主信息", "业主类型"] == ("房屋·身份", "1001 → 业主、1002 → 家庭成员")
    assert read["车位信息", "停车场编号"] == ("车位·车库层", "读作车库层或分区")
    assert read["车位信息", "车牌号"] == ("", "车辆没有导入")
    assert read["车位信息", "出售出租"] == ("车位·类型", "S → 产权车位")
    assert len(read) == 4 + 8 + 12 + 12


def test_the_older_sheets_twice_change_nothing(bare: Estate) -> None:
    take(bare, old())
    again = take(bare, old(费用设置=None)).report
    assert (again.total("created"), again.total("updated"), again.changes, again.errors) == (0, 0, [], [])


def test_what_does_not_join_is_said(bare: Estate) -> None:
    owners = [*OLD["业主信息"], [4, "赵六", "男", "", "13700001111", "10000000000000000001", 1001, ""]]
    rooms = [*OLD["房屋信息"], [103, 1, 2, 1, "三室", 70, 99, "", "", 110, 60, 0]]
    spaces = [*OLD["车位信息"], ["A", "5", 2001, 12, 4], ["B", "5", 2001, 12, ""]]
    units = [*OLD["楼栋单元"], [9, 1, 6, "有"]]
    taken = take(bare, old(业主信息=owners, 房屋信息=rooms, 车位信息=spaces, 楼栋单元=units))
    assert complaints(taken) == []
    said = {(notice.sheet, notice.row, notice.column): notice.message for notice in taken.report.notices}
    assert said["业主信息", 5, "业主名称"] == "这个人没有房屋，没有导入，请核对业主编号"
    assert said["房屋信息", 5, "业主编号"] == "“业主信息”里没有这个业主编号，房屋按没有客户导入"
    assert "不在“楼栋单元”表里" in said["房屋信息", 5, "单元编号"]
    assert said["楼栋单元", 4, "单元编号"] == "这个单元没有房屋，没有建立"
    assert "读作 B1" in said["车位信息", 4, "停车场编号"]
    assert "前面加上了停车场编号" in said["车位信息", 4, "车位编码"]
    assert said["车位信息", 4, "业主编号"] == "这个业主没有房屋，车位没有归属"
    assert bare.place("PK-B1-A-5").parent_id == bare.place("PK-B1-A").pk


def test_errors_name_the_sheet_where_it_stands(bare: Estate) -> None:
    owners = [[*OLD["业主信息"][0]], [1, "#N/A", "男", "", "", "", 1001, ""], *OLD["业主信息"][2:]]
    rooms = [OLD["房屋信息"][0], [101, 1.5, 1, 1, "三室", 89.5, 1, 1, 45000, 110, 72.3, 0], *OLD["房屋信息"][2:]]
    taken = take(bare, old(业主信息=owners, 房屋信息=rooms, 车位信息=None))
    said = {(finding.sheet, finding.row, finding.column) for finding in taken.report.errors}
    assert said >= {("房屋信息", 2, "楼栋编号"), ("业主信息", 2, "业主名称")}
    assert taken.errors is not None
    assert cells(taken.errors, "业主信息")[1][-1] == "这一格是公式错误 #N/A"
    assert cells(taken.errors, "费用设置") == [["费用编号", "费用类型"], [1.0, "物业费"]]


def test_headings_nobody_knows_are_read_in_their_order(bare: Estate) -> None:
    renamed = [["户编码", *OLD["业主信息"][0][1:7], "挂靠"], *OLD["业主信息"][1:]]
    taken = take(bare, old(业主信息=renamed))
    assert people("1-1-101") == {"张三": "owner", "王梅": "family"}
    assert says(taken, 1, "户编码", "按列的顺序读作“业主编号”")
    assert says(taken, 1, "挂靠", "按列的顺序读作“家庭业主编号”")


def test_an_owner_or_a_space_twice_the_same_is_read_once(bare: Estate) -> None:
    owners = [*OLD["业主信息"], OLD["业主信息"][3]]
    spaces = [*OLD["车位信息"], [*OLD["车位信息"][2][:4], 3]]
    taken = take(bare, old(业主信息=owners, 车位信息=spaces))
    assert complaints(taken) == []
    assert says(taken, 5, "业主编号", "同样的一行出现了两次")
    assert says(taken, 4, "车位编码", "与第 3 行重复")
    assert Place.objects.filter(kind="parking").count() == 2


def test_an_owner_number_given_twice_is_an_error(bare: Estate) -> None:
    taken = take(bare, old(业主信息=[*OLD["业主信息"], [1, "别人", "男", "", "", "", 1001, ""]]))
    assert (5, "业主编号", "业主编号 1 出现了两次") in complaints(taken)


# --- which layout -----------------------------------------------------------------------------------------------------


def named(estate: Estate, content: bytes, layout: str) -> Taken:
    return take_workbook(
        actor=estate.cast.system,
        at=estate.at,
        site=estate.site,
        kind=kind_named("estate"),
        content=content,
        layout=layout,
    )


def test_hc_names_both_of_its_forms(bare: Estate) -> None:
    assert [layout.name for layout in layouts_of(kind_named("estate"))] == ["hc-old", "hc", "zhongshu"]
    assert named(bare, old(), "hc").report.layout == "hc-old"
    assert named(bare, hc(line("301", 楼层=3)), "hc").report.layout == "hc"
    plain = raw_book({"Sheet1": [["楼号", "单元", "房间"], [1, 1, 401]]})
    assert named(bare, plain, "hc").report.layout == "hc"


@pytest.mark.parametrize(
    ("layout", "error", "said"),
    [
        ("hc", UnknownLayout, "缺少列：楼号、房间；第 1 行现有：姓名、电话"),
        ("hc-old", UnknownLayout, "缺少列：房屋编号、楼栋编号"),
        ("", UnknownLayout, "缺少列：楼栋、房号；第 1 行现有：姓名、电话。可在导入页面上"),
        ("excel", Invalid, "没有这种版式：excel；可用：hc-old、hc、zhongshu"),
    ],
)
def test_a_layout_that_it_is_not_is_refused(bare: Estate, layout: str, error: type[Invalid], said: str) -> None:
    with pytest.raises(error, match=said):
        named(bare, raw_book({"Sheet1": [["姓名", "电话"], ["王", "1"]]}), layout)


def test_our_own_file_is_never_taken_for_anothers(bare: Estate) -> None:
    rows: list[list[Any]] = [
        ["期", "楼号", "单元", "房间号", "房屋状态", "业主姓名", "电话"],
        ["一期", 1, 1, "101", "自住", "张三", "13800001234"],
    ]
    taken = take(bare, raw_book({"Sheet1": rows}))
    assert taken.report.layout == "zhongshu"
    assert bare.place("P1-1-1-101")
    assert readings(taken)["房屋状态"] == ("房屋·状态", "", ("自住 → 已入住",))


def test_the_command_says_what_was_read_as_what(bare: Estate, tmp_path: Path) -> None:
    path = tmp_path / "hc.xlsx"
    path.write_bytes(raw_book({"资产信息": [HEADINGS, line()], "备忘": [["随便写的"]]}))
    told = StringIO()
    call_command("import_", "estate", str(path), "--site", "WTY", "--layout", "hc", "--dry-run", "--json", stdout=told)
    answer: Mapping[str, Any] = json.loads(told.getvalue())
    assert (answer["layout"], answer["taken"]) == ("hc", False)
    assert {"房屋状态", "租金"} <= {reading["column"] for reading in answer["readings"]}
    words = StringIO()
    call_command("import_", "estate", str(path), "--site", "WTY", stdout=words)
    assert "版式：hc" in words.getvalue()
    assert "房屋状态 → 房屋·状态（2001 → 已入住）" in words.getvalue()
    assert "备忘: 工作表没有读" in words.getvalue(), "the sheet as a whole has no row"
    with pytest.raises(CommandError, match="没有这种版式"):
        call_command("import_", "estate", str(path), "--site", "WTY", "--layout", "word")


def test_on_the_page_it_is_looked_at_and_kept(bare: Estate) -> None:
    sent = send_workbook(
        actor=bare.cast.actor(Role.SITE_MANAGER, bare.site),
        at=bare.at,
        site=bare.site,
        kind=kind_named("estate"),
        file_name="房产.xlsx",
        content=hc(line()),
    )
    assert (sent.state, sent.report["row_count"]) == (ImportState.CHECKING, 1)


def test_the_same_name_with_another_number_is_another_person_and_said(bare: Estate) -> None:
    rows = [line(身份证号=""), line("102", 身份证号="", 手机号="13999998888"), line("201", 楼层=2, 身份证号="")]
    taken = take(bare, hc(*rows))
    assert says(taken, 3, "业主名称", "与别的行同名")
    assert len(taken.report.notices) == 1
    assert Customer.objects.filter(name="张三").count() == 2


def test_a_row_of_sums_without_a_word_is_passed_over(bare: Estate) -> None:
    taken = take(bare, hc(line(), ["", "", "", "", "", "", "", "", 89.5, 72.3], ["", "", "#REF!"]))
    assert says(taken, 3, "", "像没有写明的合计行")
    assert complaints(taken)[0][0] == 4, "a failed formula is an error, not prose"
