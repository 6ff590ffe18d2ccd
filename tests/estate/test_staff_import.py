"""The staff workbook: hired, corrected, refused."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.estate.books import cells, raw_book
from tests.estate.conftest import Estate
from zhongshu.estate.actions.imports import Taken, take_workbook
from zhongshu.estate.workbooks.registry import kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound
from zhongshu.people.models import Staff, Team

COLUMNS = ["工号", "姓名", "手机号", "班组", "岗位", "角色", "技能", "入职日期", "账号"]
WANG = {
    "工号": "G001", "姓名": "王师傅", "手机号": 1.3800001234e10, "班组": "工程一班", "岗位": "水电工", "角色": "维修",
    "技能": "水电、电梯", "入职日期": "2023/5/1", "账号": "wang",
}  # fmt: skip


def send(estate: Estate, *rows: Mapping[str, Any]) -> Taken:
    content = raw_book({"员工": [COLUMNS, *[[row.get(title) for title in COLUMNS] for row in rows]]})
    kind = kind_named("staff")
    return take_workbook(actor=estate.cast.system, at=estate.at, site=estate.site, kind=kind, content=content)


def test_the_template_has_exactly_these_columns() -> None:
    kind = kind_named("staff")
    assert cells(filled_workbook(kind.specs, {}, kind.notes), "员工") == [COLUMNS]


def test_a_row_hires_somebody_with_team_role_and_skills(bare: Estate) -> None:
    taken = send(bare, WANG, {**WANG, "工号": "G002", "姓名": "李师傅", "账号": None, "技能": "电梯"})
    assert taken.is_taken
    staff = Staff.objects.get(employee_no="G001")
    assert (staff.user.username, staff.user.phone, staff.team.kind if staff.team else "") == (
        "wang", "13800001234", "engineering",
    )  # fmt: skip
    assert sorted(skill.name for skill in staff.skills.all()) == ["水电", "电梯"]
    assert not staff.user.has_usable_password()
    assert RoleGrant.objects.get(user=staff.user).role == Role.TECHNICIAN
    assert Staff.objects.get(employee_no="G002").user.username == "wty_g002"
    assert Team.objects.filter(site=bare.site).count() == 1
    assert len([n for n in taken.report.notices if n.column == "技能"]) == 2


def test_the_second_time_nothing_changes(bare: Estate) -> None:
    send(bare, WANG)
    report = send(bare, WANG).report
    assert (report.total("created"), report.total("updated"), report.total("unchanged")) == (0, 0, 1)


def test_what_is_exported_is_what_is_taken(bare: Estate) -> None:
    send(bare, WANG)
    kind = kind_named("staff")
    exported = filled_workbook(kind.specs, kind.rows(bare.site, bare.at), kind.notes)
    taken = take_workbook(actor=bare.cast.system, at=bare.at, site=bare.site, kind=kind, content=exported)
    assert (taken.report.total("unchanged"), taken.report.changes) == (1, [])


def test_corrections_are_shown(bare: Estate) -> None:
    send(bare, WANG)
    report = send(bare, {**WANG, "岗位": "班长", "角色": "主管", "手机号": None, "技能": "电梯"}).report
    said = {(c.column, c.was, c.becomes) for c in report.changes}
    assert said == {("岗位", "水电工", "班长"), ("角色", "维修工程师", "班组主管"), ("技能", "水电、电梯", "电梯")}
    assert User.objects.get(username="wang").phone == "13800001234"


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"工号": None}, "工号", "缺少"),
        ({"姓名": None}, "姓名", "缺少"),
        ({"角色": None}, "角色", "缺少"),
        ({"角色": "皇帝"}, "角色", "项目经理"),
        ({"角色": "系统管理员"}, "角色", "项目经理"),
        ({"手机号": "12"}, "手机号", "12"),
        ({"班组": "甲组"}, "班组", "哪一类"),
        ({"账号": "taken"}, "账号", "已经有人"),
        ({"账号": "wang"}, "账号", "第 2 行"),
        ({"工号": "G001", "账号": "x"}, "工号", "第 2 行"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(bare: Estate, change: dict[str, Any], column: str, said: str) -> None:
    User.objects.create(username="taken", name="别人")
    taken = send(bare, WANG, {**WANG, "工号": "G009", "账号": "other", **change})
    assert [(f.row, f.column) for f in taken.report.errors] == [(3, column)]
    assert said in taken.report.errors[0].message
    assert not Staff.objects.exists()


def test_an_account_is_not_exchanged_by_a_workbook(bare: Estate) -> None:
    send(bare, WANG)
    assert "不能靠导入" in send(bare, {**WANG, "账号": "other"}).report.errors[0].message


@pytest.mark.parametrize("role", [Role.SITE_MANAGER, Role.KEEPER])
def test_only_who_gives_roles_may_import_them(bare: Estate, role: Role) -> None:
    with pytest.raises(NotFound):
        take_workbook(
            actor=bare.cast.actor(role, bare.site), at=bare.at, site=bare.site, kind=kind_named("staff"),
            content=raw_book({"员工": [COLUMNS, [WANG.get(title) for title in COLUMNS]]}),
        )  # fmt: skip
    assert not Staff.objects.exists()
