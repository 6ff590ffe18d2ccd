"""A workbook comes in: what it makes, what is wrong with it, and that it can be sent again."""

import csv
import io
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.cast import DAY_ONE, Cast
from tests.estate.books import book, cells, complaints, owner, raw_book, send, take, unit
from tests.estate.conftest import Estate
from zhongshu.estate import actions, queries
from zhongshu.estate.importing.exporting import rows_of_estate
from zhongshu.estate.importing.sheets import ALL, NOTES, UNITS
from zhongshu.estate.models import Account, AccountPlace, Customer, HouseholdMember, Occupancy, Place
from zhongshu.estate.workbooks.layouts import UnknownLayout
from zhongshu.estate.workbooks.reading import UnreadableWorkbook
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.models import AuditEntry, Site
from zhongshu.identity.roles import Role

TODAY = date(2026, 11, 4)
FULL = {
    "建筑面积": 89.5, "套内面积": 72.3, "用途": "住宅", "状态": "已入住", "交付日期": "2024-03-05", "客户类型": "个人",
    "证件号": "11010519491231002X",
}  # fmt: skip


def test_the_template_has_exactly_these_columns() -> None:
    content = filled_workbook(ALL, {}, NOTES)
    units = "期 楼栋 单元 楼层 房号 建筑面积 套内面积 用途 状态 交付日期 客户姓名 客户类型 身份 手机号 证件号 入住日期"
    assert cells(content, "房屋") == [units.split(" ")]
    assert cells(content, "车位") == [["车库层", "分区", "车位号", "类型", "面积", "归属房屋", "x", "y"]]
    assert cells(content, "公共位置") == [["类别", "编码", "名称", "所属", "车库层", "分区", "编号", "x", "y"]]
    assert any("P1-1-1-101" in str(row) for row in cells(content, "说明"))


def test_the_empty_template_is_nothing_to_import(bare: Estate) -> None:
    with pytest.raises(UnreadableWorkbook, match="没有数据"):
        take(bare, filled_workbook(ALL, {}, NOTES))


def test_a_row_makes_everything_about_a_dwelling(bare: Estate) -> None:
    taken = send(bare, owner(**FULL))
    assert taken.is_taken
    place = bare.place("P1-1-1-101")
    assert (place.label, place.floor_no, place.usage, str(place.gross_area)) == (
        "一期1栋1单元101",
        1,
        "dwelling",
        "89.50",
    )
    assert place.path == "WTY/P1/P1-1/P1-1-1/P1-1-1-F1/P1-1-1-101"
    account = queries.account_at(place, TODAY)
    assert account is not None
    assert (account.number, account.starts_on, account.customer.initials) == ("P1-1-1-101.1", date(2024, 5, 1), "wxm")
    assert Occupancy.objects.get(place=place).status == "occupied"
    assert queries.accounts_of_phone(bare.site.pk, "13800001234", TODAY) == [account]
    assert AuditEntry.objects.get(verb="estate.take_workbook").after["counts"]["unit"]["created"] == 1


def test_a_dry_run_says_the_same_and_writes_nothing(bare: Estate) -> None:
    content = book(房屋=[owner(**FULL)])
    said = take(bare, content, is_dry_run=True)
    assert not said.is_taken
    assert Place.objects.filter(site=bare.site).count() == 1
    assert take(bare, content).report.counts == said.report.counts


def test_the_second_time_everything_is_unchanged(bare: Estate) -> None:
    rows = [owner(**FULL), unit("102"), owner("李四", "13900005678", "201", 状态="已出租"),
            unit("201", 客户姓名="租客甲", 身份="租户", 手机号="13700001111")]  # fmt: skip
    spaces = [{"车库层": "B1", "分区": "A", "车位号": 12, "类型": "产权车位", "归属房屋": "P1-1-1-101"}]
    content = book(房屋=rows, 车位=spaces, 公共位置=[{"类别": "门岗", "名称": "东门", "x": 10, "y": 20.5}])
    assert take(bare, content).report.total("created") > 10
    again = take(bare, content).report
    assert (again.total("created"), again.total("updated"), again.errors, again.changes) == (0, 0, [], [])
    assert again.total("unchanged") > 5


def test_messy_cells_mean_what_they_say(bare: Estate) -> None:
    headings = ["手机号", " 房号 ", "楼栋", "期", "备注", "单元", "建筑面积(㎡)", "客户姓名", "交付日期*", "证件号"]
    row = [
        1.3800001234e10,
        101.0,
        "１号楼",
        "Ⅰ期",
        "=HYPERLINK(1)",
        "一单元",
        "89.5平米",
        " 王 小明 ",
        "2024年3月5日",
        "",
    ]
    taken = take(bare, raw_book({"房屋": [headings, row, [None] * 10, [""] * 10]}))
    assert complaints(taken) == []
    assert "备注" in taken.report.notices[0].message
    account = queries.account_at(bare.place("P1-1-1-101"), TODAY)
    assert account is not None
    assert (account.customer.name, account.starts_on) == ("王 小明", date(2024, 3, 5))
    assert account.customer.phones.get().number == "13800001234"


def test_hostile_text_stays_text(bare: Estate) -> None:
    name = "=cmd|' /C calc'!A0<script>alert(1)</script>'; DROP TABLE x;--"
    send(bare, owner(name))
    assert Customer.objects.get().name == name
    exported = filled_workbook(ALL, rows_of_estate(bare.site, bare.at), NOTES)
    assert cells(exported, "房屋")[1][10] == name


WRONG: list[tuple[dict[str, Any], str, str]] = [
    (unit(""), "房号", "缺少房号"),
    ({"期": "一期", "房号": "101"}, "楼栋", "缺少楼栋"),
    (unit(状态="住着"), "状态", "已入住"),
    (unit(用途="车间"), "用途", "住宅、商铺、办公、储藏、其他"),
    (owner(身份="朋友"), "身份", "业主、家庭成员、租户、使用人"),
    (owner(客户类型="动物"), "客户类型", "个人、单位"),
    (owner(phone="12345"), "手机号", "12345"),
    (owner(证件号="110105194912310021"), "证件号", "校验位"),
    (unit(建筑面积=-1), "建筑面积", "大于 0"),
    (unit(建筑面积=80, 套内面积=90), "套内面积", "大于建筑面积"),
    (unit(交付日期="2088-01-01"), "交付日期", "不合理"),
    (unit(交付日期="春天"), "交付日期", "不是日期"),
    (owner("王" * 81), "客户姓名", "81 个字"),
    (unit(手机号="13800001234"), "客户姓名", "没有客户姓名"),
    (unit(客户姓名="孙七", 身份="租户"), "身份", "没有业主"),
    (owner(状态="未售"), "客户姓名", "开发商"),
    (unit(date(2026, 1, 2)), "房号", "变成了日期"),
    (unit(楼层="楼顶"), "楼层", "看不懂"),
]


@pytest.mark.parametrize(("row", "column", "said"), WRONG, ids=[f"{c}-{s}" for _r, c, s in WRONG])
def test_what_is_wrong_is_said_where_it_is(bare: Estate, row: Mapping[str, Any], column: str, said: str) -> None:
    taken = send(bare, unit("999"), row)
    assert not taken.is_taken
    number, where, message = complaints(taken)[0]
    assert (number, where) == (3, column)
    assert said in message
    assert Place.objects.filter(site=bare.site).count() == 1, "nothing half-imported"


def test_rows_of_one_dwelling_must_agree(bare: Estate) -> None:
    taken = send(bare, owner(建筑面积=89.5), unit(客户姓名="李四", 身份="家庭成员", 建筑面积=90))
    assert complaints(taken) == [(3, "建筑面积", "与第 2 行矛盾：同一房屋的建筑面积那里写的是 89.50")]


@pytest.mark.parametrize("again", [owner(), unit(), owner(phone="13900009999")])
def test_a_row_sent_twice_names_the_other(bare: Estate, again: Mapping[str, Any]) -> None:
    ((row, column, message),) = complaints(send(bare, owner(), again))
    assert (row, column) == (3, "房号")
    assert "第 2 行" in message


def test_the_same_room_written_differently_is_the_same_room(bare: Estate) -> None:
    ((_row, _column, message),) = complaints(
        send(bare, unit("101"), {"期": "1期", "楼栋": "1#", "单元": "一", "房号": 101})
    )
    assert "P1-1-1-101" in message


def test_a_household_of_four(bare: Estate) -> None:
    people = [("李梅", "业主"), ("王大", "家庭成员"), ("赵租", "租户"), ("钱用", "使用人")]
    taken = send(bare, owner(), *(unit(客户姓名=name, 身份=relation) for name, relation in people))
    assert taken.is_taken
    assert "共有业主" in taken.report.notices[0].message
    account = Account.objects.get()
    assert account.customer.name == "王小明"
    said = {m.customer.name: (m.relation, m.starts_on) for m in account.members.select_related("customer")}
    assert said["李梅"] == ("owner", date(2024, 5, 1))
    assert [said[name][0] for name in ("王大", "赵租", "钱用")] == ["family", "tenant", "occupant"]


def test_a_member_may_come_later(bare: Estate) -> None:
    send(bare, owner())
    taken = send(bare, unit(客户姓名="孙七", 身份="租户", 手机号="13700001111", 入住日期="2025-01-01"))
    assert taken.report.counts["member"]["created"] == 1
    assert HouseholdMember.objects.get(customer__name="孙七").starts_on == date(2025, 1, 1)


def test_one_person_with_two_dwellings_is_one_customer(bare: Estate) -> None:
    send(bare, owner(room="101"), owner(room="102"), owner(phone="13999990000", room="201"))
    assert Customer.objects.filter(site=bare.site, name="王小明").count() == 2
    assert Account.objects.filter(customer__phones__number="13800001234").count() == 2


def test_corrections_are_updates_shown_as_was_and_becomes(bare: Estate) -> None:
    send(bare, owner(**FULL))
    better = {**FULL, "建筑面积": 90.5, "状态": "已出租"}
    taken = send(bare, owner(phone="13911112222", **better))
    said = {(c.column, c.was, c.becomes) for c in taken.report.changes}
    assert said == {
        ("建筑面积", "89.50", "90.50"),
        ("状态", "已入住", "已出租"),
        ("手机号", "138****1234", "139****2222"),
    }
    assert taken.report.total("updated") == 3
    assert str(bare.place("P1-1-1-101").gross_area) == "90.50"
    history = Occupancy.objects.order_by("starts_on").values_list("status", "starts_on", "ends_on")
    assert list(history) == [("occupied", date(2024, 5, 1), TODAY), ("let", TODAY, None)]
    assert Customer.objects.get().phones.get().number == "13911112222"


def test_a_misspelt_owner_with_the_same_number_is_put_right(bare: Estate) -> None:
    send(bare, owner("王小名"))
    taken = send(bare, owner("王小明"))
    assert [(c.was, c.becomes) for c in taken.report.changes] == [("王小名", "王小明")]
    assert Customer.objects.get().initials == "wxm"


def test_another_owner_is_not_guessed(bare: Estate) -> None:
    send(bare, owner())
    taken = send(bare, owner("赵六", "13900005678"))
    ((row, column, message),) = complaints(taken)
    assert (row, column) == (2, "客户姓名")
    assert "过户" in message
    assert "138****1234" in message
    assert Account.objects.get().customer.name == "王小明"


def test_empty_cells_leave_what_is_there(bare: Estate) -> None:
    send(bare, owner(**FULL))
    assert send(bare, unit()).report.total("updated") == 0
    assert str(bare.place("P1-1-1-101").net_area) == "72.30"


def test_an_area_that_no_longer_fits_the_other_is_refused(bare: Estate) -> None:
    send(bare, owner(**FULL))
    assert complaints(send(bare, unit(建筑面积=70)))[0][1] == "套内面积"


def test_after_an_account_ended_a_new_one_begins(bare: Estate) -> None:
    send(bare, owner())
    actions.end_account(actor=bare.cast.system, at=bare.at, account=Account.objects.get(), ends_on=date(2026, 1, 1))
    ((_row, column, _message),) = complaints(send(bare, owner("赵六", "13900005678")))
    assert column == "入住日期"
    assert send(bare, owner("赵六", "13900005678", 入住日期="2026-02-01")).is_taken
    assert Account.objects.get(number="P1-1-1-101.2").customer.name == "赵六"


def test_unsold_units_belong_to_the_developer(bare: Estate) -> None:
    developer = {"客户姓名": "梧桐置业有限公司", "状态": "未售"}
    send(bare, unit("101", **developer), unit("102", **developer), unit("201", 状态="未售"))
    account = Account.objects.get()
    assert (account.kind, account.unit, account.places.count()) == ("developer", None, 3)
    send(bare, owner(room="102", 状态="已交付"))
    assert queries.account_at(bare.place("P1-1-1-102"), TODAY) == Account.objects.get(kind="ordinary")
    assert queries.account_at(bare.place("P1-1-1-101"), TODAY) == account


def test_spaces_belong_to_the_account_of_a_dwelling(bare: Estate) -> None:
    spaces = [
        {"车库层": "B1", "分区": "A", "车位号": 236.0, "类型": "产权", "面积": "12.5㎡", "归属房屋": "P1-1-1-101"},
        {"车库层": "负一层", "分区": "B区", "车位号": "B1-237", "归属房屋": "一期1栋1单元101"},
        {"车库层": "地面", "车位号": "01号"},
    ]
    assert complaints(take(bare, book(房屋=[owner()], 车位=spaces))) == []
    space = bare.place("PK-B1-236")
    assert (space.label, space.parking_kind, space.path) == ("B1车库236号车位", "titled", "WTY/PK-B1/PK-B1-A/PK-B1-236")
    assert Account.objects.get().places.count() == 3
    assert bare.place("PK-G-01").label == "G车库01号车位"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"车位号": "1"}, "缺少车库层"),
        ({"车库层": "三楼", "车位号": "1"}, "看不懂车库层"),
        ({"车库层": "B1", "车位号": "2", "归属房屋": "P1-1-1-102"}, "没有户主"),
        ({"车库层": "B1", "车位号": "2", "归属房屋": "9-9-999"}, "没有这套房屋"),
        ({"车库层": "B1", "分区": "C", "车位号": "1"}, "重复"),
        ({"车库层": "B1", "车位号": "3", "x": 2000}, "坐标"),
        ({"车库层": "B1", "车位号": "3", "类型": "月球"}, "产权车位"),
    ],
)
def test_spaces_that_cannot_be(bare: Estate, row: Mapping[str, Any], said: str) -> None:
    first = {"车库层": "B1", "分区": "A", "车位号": "1"}
    taken = take(bare, book(房屋=[owner(), unit("102")], 车位=[first, row]))
    assert said in complaints(taken)[0][2]


def test_public_places_get_their_codes(bare: Estate) -> None:
    rows = [
        {"类别": "门岗", "名称": "东门", "x": 980, "y": 500},
        {"类别": "门岗", "名称": "北2门"},
        {"类别": "门岗", "名称": "西门", "编码": "pub-gate-main"},
        {"类别": "电梯", "所属": "P1-1-1", "编号": "左"},
        {"类别": "电梯", "所属": "P1-1-1", "编号": "R"},
        {"类别": "柱位", "车库层": "B1", "分区": "B", "编号": 23.0},
        {"类别": "设备房", "名称": "高压配电房", "编号": "1"},
        {"类别": "公共区域", "编码": "PUB-GARDEN", "名称": "中心花园"},
        {"类别": "其他", "编码": "PUB-POOL", "名称": "泳池"},
    ]
    assert complaints(take(bare, book(房屋=[unit()], 公共位置=rows))) == []
    labels = dict(Place.objects.filter(site=bare.site, code__regex="^(PUB|EQ)").values_list("code", "label"))
    assert labels == {
        "PUB-GATE-E": "东门", "PUB-GATE-N2": "北2门", "PUB-GATE-MAIN": "西门", "EQ-P1-1-1-L": "一期1栋1单元左梯",
        "EQ-P1-1-1-R": "一期1栋1单元右梯", "PUB-B1-B-23": "B1车库B区23号柱", "PUB-ROOM-1": "高压配电房",
        "PUB-GARDEN": "中心花园", "PUB-POOL": "泳池",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"名称": "东门"}, "缺少类别"),
        ({"类别": "宇宙"}, "门岗、电梯、柱位、设备房、公共区域"),
        ({"类别": "设备房", "名称": "泵房"}, "编码或编号"),
        ({"类别": "设备房", "编号": "2"}, "名称"),
        ({"类别": "电梯", "编号": "左"}, "所属"),
        ({"类别": "电梯", "所属": "P9", "编号": "左"}, "P9"),
        ({"类别": "柱位", "编号": "3"}, "车库层"),
        ({"类别": "门岗", "名称": "东门", "编码": "a/b"}, "编码"),
        ({"类别": "公共区域", "名称": "x", "编码": "P1-1-1-101"}, "已是房屋"),
    ],
)
def test_public_places_that_cannot_be(bare: Estate, row: Mapping[str, Any], said: str) -> None:
    assert said in complaints(take(bare, book(房屋=[unit()], 公共位置=[row])))[0][2]


def test_what_is_exported_is_what_was_imported(bare: Estate, cast: Cast) -> None:
    rows = [
        owner(**FULL), unit(客户姓名="李梅", 身份="家庭成员", 手机号="13811112222、075526001234"),
        unit("B101", 楼层="B1", 用途="储藏"), unit("商铺01", 单元="", 用途="商铺", 状态="空置"),
        unit("201", 状态="未售", 客户姓名="梧桐置业有限公司"), unit("0102", 期="东区", 楼栋="A座"),
    ]  # fmt: skip
    spaces = [{"车库层": "B1", "分区": "A", "车位号": "012", "类型": "人防", "归属房屋": "P1-1-1-101", "x": 1, "y": 2}]
    public = [
        {"类别": "电梯", "所属": "P1-1-1", "编号": "左"},
        {"类别": "柱位", "车库层": "B1", "分区": "B", "编号": 23},
    ]
    assert complaints(take(bare, book(房屋=rows, 车位=spaces, 公共位置=public))) == []
    there = rows_of_estate(bare.site, bare.at)
    exported = filled_workbook(ALL, there, NOTES)
    same = take(bare, exported).report
    assert (same.errors, same.total("created"), same.changes) == ([], 0, [])
    other = actions.add_site(actor=cast.system, at=bare.at, code="COPY", name="另一个")
    assert complaints(take(bare, exported, site=other)) == []
    assert rows_of_estate(other, bare.at) == there


def test_the_error_workbook_is_corrected_and_sent_again(bare: Estate) -> None:
    taken = send(
        bare, owner(**FULL), owner("李四", "12345", "102", 状态="住着", 入住日期=datetime.fromisoformat("2024-05-01"))
    )
    assert taken.errors is not None
    heading, first, second = cells(taken.errors, "房屋")
    assert heading[-1] == "错误"
    assert first[-1] == ""
    assert "12345" in second[-1]
    assert "已入住" in second[-1]
    still_wrong = take(bare, taken.errors)
    assert len(complaints(still_wrong)) == 2
    second[heading.index("手机号")], second[heading.index("状态")] = "13900005678", "已入住"
    mended = take(bare, raw_book({"房屋": [heading, first, second]}))
    assert mended.is_taken
    assert mended.report.notices == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "空的"),
        (b"\0\0\0", "空的"),
        (b"PK\x03\x04 not really", "损坏"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "不是 Excel"),
        (b"just words", "不是 Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "损坏"),
        (raw_book({"甲": [["a"], ["b"]], "乙": [["a"]]}), "没有找到工作表"),
        (raw_book({"房屋": [["楼栋", "房号"], *([["1", "101"]] * 3), *([[]] * 200_001), ["1", "102"]]}), "200000 行"),
    ],
)
def test_what_is_no_workbook_gets_one_sentence(bare: Estate, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableWorkbook, match=said):
        take(bare, content)


def test_missing_columns_are_named_with_what_was_found(bare: Estate) -> None:
    with pytest.raises(UnknownLayout, match=r"缺少列：楼栋、房号；第 1 行现有：姓名、电话") as refused:
        take(bare, raw_book({"Sheet1": [["姓名", "电话"], ["王", "1"]]}))
    assert "导入页面" in refused.value.message


def test_one_of_our_sheets_without_its_columns_is_a_mistake(bare: Estate) -> None:
    sheets = {"房屋": [["楼栋", "房号"], ["1", "101"]], "车位": [["车库层", "编号"], ["B1", "1"]]}
    assert complaints(take(bare, raw_book(sheets))) == [(1, "", "缺少列：车位号；第 1 行现有：车库层、编号")]


def test_a_heading_further_down_is_found(bare: Estate) -> None:
    rows = [["梧桐苑业主信息表"], [], [column.title for column in UNITS.columns], ["一期", 1, 1, "", 101], ["", "", 2]]
    taken = take(bare, raw_book({"房屋": rows}))
    assert [row for row, _column, _message in complaints(taken)] == [5, 5], "counted as the spreadsheet counts"
    (notice,) = taken.report.notices
    assert (notice.row, notice.value) == (3, "梧桐苑业主信息表")
    assert "表头在第 3 行" in notice.message


def test_a_csv_will_do(bare: Estate) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([["期", "楼栋", "单元", "房号"], ["一期", "1", "1", "0101"]])
    assert take(bare, text.getvalue().encode("gb18030")).is_taken
    assert bare.place("P1-1-1-0101")


def test_a_workbook_of_another_name_is_taken_if_its_columns_fit(bare: Estate) -> None:
    assert take(bare, raw_book({"Sheet1": [["楼号", "房间号"], ["1", "101"]]})).is_taken


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_no_harm() -> None:
    cast = Cast.assemble()
    at = DAY_ONE
    site = actions.add_site(actor=cast.system, at=at, code="TWO", name="两份")
    estate = Estate(cast, site, at)
    content = book(房屋=[owner(f"业主{n}", f"1380000{n:04d}", f"{n // 4 + 1}0{n % 4 + 1}") for n in range(60)])

    def once(_number: int) -> int:
        try:
            return take(estate, content).report.total("created")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        created = sorted(pool.map(once, range(2)))
    assert created[0] == 0
    assert created[1] > 0
    assert Account.objects.filter(site=site).count() == AccountPlace.objects.filter(site=site).count() == 60


@pytest.mark.slow
def test_twenty_thousand_rows(bare: Estate) -> None:
    rows = [
        owner(f"业主{n}", f"138{n:08d}", f"{n % 100 // 4 + 1}0{n % 4 + 1}", 楼栋=n // 200 + 1, 单元=n % 200 // 100 + 1)
        for n in range(20_000)
    ]
    taken = send(bare, *rows)
    assert taken.report.counts["account"]["created"] == 20_000


@pytest.mark.parametrize("role", [Role.KEEPER, Role.TECHNICIAN])
def test_not_everybody_imports(bare: Estate, role: Role, cast: Cast) -> None:
    from zhongshu.estate.actions.imports import take_workbook
    from zhongshu.estate.workbooks.registry import kind_named
    from zhongshu.kernel.errors import NotFound

    with pytest.raises(NotFound):
        take_workbook(
            actor=cast.actor(role, bare.site),
            at=bare.at,
            site=bare.site,
            kind=kind_named("estate"),
            content=book(房屋=[unit()]),
        )
    assert Site.objects.filter(pk=bare.site.pk).exists()
    assert Place.objects.filter(site=bare.site).count() == 1


def test_xls_from_years_ago_is_read_by_content_not_by_name(bare: Estate, tmp_path: Path) -> None:
    path = tmp_path / "旧表.xls"
    path.write_bytes(book(房屋=[unit()]))
    assert take(bare, path.read_bytes()).is_taken
