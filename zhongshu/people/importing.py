"""The staff workbook: who works at a site, in which team, with which skills; checked and written as a whole."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.importing.looks import looks_like_day, looks_like_phone
from zhongshu.estate.phones import BadPhone, read_phones
from zhongshu.estate.workbooks import registry
from zhongshu.estate.workbooks.reading import Table, rows_of
from zhongshu.estate.workbooks.sheets import Change, Column, Report, Row, SheetSpec
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, Site, User
from zhongshu.identity.permissions import MANAGE_USERS
from zhongshu.identity.roles import ROLE_LABELS, STAFF, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.periods import in_force
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.people.models import Skill, Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE

_ROLES: Final = {
    "项目经理": Role.SITE_MANAGER, "客服主管": Role.SERVICE_LEAD, "客服专员": Role.CALL_TAKER, "管家": Role.KEEPER,
    "班组主管": Role.SUPERVISOR, "维修工程师": Role.TECHNICIAN, "秩序维护员": Role.GUARD, "保洁员": Role.CLEANER,
    "收银员": Role.CASHIER, "财务": Role.FINANCE, "品质部": Role.QUALITY, "法务": Role.LEGAL,
    "经理": Role.SITE_MANAGER, "客服": Role.CALL_TAKER, "主管": Role.SUPERVISOR, "维修": Role.TECHNICIAN,
    "维修工": Role.TECHNICIAN, "工程师": Role.TECHNICIAN, "保安": Role.GUARD, "秩序员": Role.GUARD,
    "保洁": Role.CLEANER, "收银": Role.CASHIER, "品质": Role.QUALITY,
}  # fmt: skip
STAFF_SHEET: Final = SheetSpec(
    "员工",
    (
        Column("工号", "本项目内不重复", is_required=True, also_called=("员工编号",), is_text=True),
        Column("姓名", "", is_required=True, width=14),
        Column("手机号", "", also_called=("电话", "手机", "联系电话"), is_text=True, width=16, looks=looks_like_phone),
        Column("班组", "名称或编码；还没有的按名称建立，如 工程一班", also_called=("部门",), width=16),
        Column("岗位", "如 水电工", also_called=("职务",), width=16),
        Column("角色", "决定能看能做什么", is_required=True, words=_ROLES, width=14),
        Column("技能", "几项用、隔开；名称或编码，还没有的会建立", width=20),
        Column("入职日期", "不填为导入当天", is_text=True, looks=looks_like_day),
        Column(
            "账号",
            "登录名；不填用 项目编码加工号，如 yql_g001",
            also_called=("登录名", "用户名"),
            is_text=True,
            width=16,
        ),
    ),
    is_main=True,
)
_NOTES: Final = (
    "中枢 · 员工导入模板。表头在第 1 行；有任何一行出错就什么都不导入。",
    "新员工的账号没有密码，由系统管理员重置密码后才能登录。重复导入同一份不会产生重复；空着的格子不改动已有资料。",
    "离职、换账号不能靠导入，请在系统里办理。总部和系统管理员的角色也不能靠导入授予。",
)
_TEAM_WORDS: Final = {
    "工程": TeamKind.ENGINEERING, "维修": TeamKind.ENGINEERING, "秩序": TeamKind.SECURITY, "安保": TeamKind.SECURITY,
    "保安": TeamKind.SECURITY, "环境": TeamKind.ENVIRONMENT, "保洁": TeamKind.ENVIRONMENT,
    "绿化": TeamKind.ENVIRONMENT, "客服": TeamKind.CUSTOMER_SERVICE, "管家": TeamKind.CUSTOMER_SERVICE,
    "财务": TeamKind.FINANCE, "品质": TeamKind.QUALITY, "消控": TeamKind.CONTROL_ROOM, "监控": TeamKind.CONTROL_ROOM,
    "管理": TeamKind.MANAGEMENT, "项目": TeamKind.MANAGEMENT, "办公": TeamKind.MANAGEMENT,
}  # fmt: skip
_FACTS: Final = {"name": "姓名", "phone": "手机号", "team": "班组", "title": "岗位", "joined_on": "入职日期"}


@dataclass(slots=True)
class _Person:
    """A row as read; empty where the cell is empty."""

    row: Row
    employee_no: str
    username: str
    name: str
    phone: str
    team: Team | None
    title: str
    role: str
    skills: list[Skill]
    joined_on: date | None
    staff: Staff | None = None


@dataclass(slots=True)
class _Known:
    """What the rows are compared with."""

    site: Site
    teams: dict[str, Team]
    skills: dict[str, Skill]
    staff: dict[str, Staff]
    usernames: set[str]
    roles: dict[int, set[str]]

    @classmethod
    def load(cls, site: Site, today: date) -> "_Known":
        teams = {name: team for team in Team.objects.filter(site=site) for name in (team.name, team.code)}
        skills = {name: skill for skill in Skill.objects.all() for name in (skill.name, skill.code)}
        rows = Staff.objects.filter(site=site).select_related("user", "team").prefetch_related("skills")
        staff = {one.employee_no: one for one in rows}
        grants = RoleGrant.objects.filter(in_force(today), site=site).values_list("user_id", "role")
        roles: dict[int, set[str]] = {}
        for user_id, role in grants:
            roles.setdefault(user_id, set()).add(role)
        usernames = set(User.objects.values_list("username", flat=True))
        return cls(site, teams, skills, staff, usernames, roles)


@transaction.atomic
def take_staff(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the sheet would do; done, if `is_written` and nothing is wrong. Two at once follow each other."""
    actor.require(ARRANGE_PEOPLE, site.pk)
    actor.require(MANAGE_USERS, site.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('people.import'), %s)", [site.pk])
    report, today = Report(), day_of(at)
    known = _Known.load(site, today)
    table = tables.get(STAFF_SHEET.title)
    people = _read(known, rows_of(table, STAFF_SHEET, report, today=today)) if table else []
    for person in people:
        _compare(known, person)
    if is_written and not report.errors:
        _write(known, people, today)
    return report


def _read(known: _Known, rows: Iterable[Row]) -> list[_Person]:
    numbers: dict[str, int] = {}
    usernames: dict[str, int] = {}
    people = []
    for row in rows:
        person = _person(known, row)
        for value, seen, title in ((person.employee_no, numbers, "工号"), (person.username, usernames, "账号")):
            if value and value in seen:
                row.wrong(title, f"与第 {seen[value]} 行重复：{value}")
            seen.setdefault(value, row.number)
        people.append(person)
    return people


def _person(known: _Known, row: Row) -> _Person:
    employee_no = row.name("工号", longest=20)
    staff = known.staff.get(employee_no)
    default = staff.user.username if staff else f"{known.site.code}_{employee_no}".lower()
    name = row.name("姓名", longest=40)
    for title, value in (("工号", employee_no), ("姓名", name), ("角色", row.plain("角色"))):
        if not value:
            row.wrong(title, f"缺少{title}")
    return _Person(
        row=row,
        employee_no=employee_no,
        username=row.name("账号", longest=40) or default[:40],
        name=name,
        phone=_phone(row),
        team=_team(known, row),
        title=row.name("岗位", longest=40),
        role=row.word("角色"),
        skills=_skills(known, row),
        joined_on=row.day("入职日期"),
        staff=staff,
    )


def _phone(row: Row) -> str:
    try:
        numbers = read_phones(row.code("手机号"))
    except BadPhone as error:
        row.wrong("手机号", f"“{str(error)[:30]}”不是手机号或带区号的座机号")
        return ""
    return numbers[0] if numbers else ""


def _team(known: _Known, row: Row) -> Team | None:
    """The team of that name or code; a new one if its name tells its kind, else an error that lists the known."""
    text = row.name("班组", longest=30)
    if not text or text in known.teams:
        return known.teams.get(text)
    kind = next((kind for word, kind in _TEAM_WORDS.items() if word in text), None)
    if kind is None:
        listed = "、".join(dict.fromkeys(team.name for team in known.teams.values())) or "（还没有）"
        row.wrong("班组", f"看不出班组“{text}”是哪一类；已有：{listed[:200]}；新班组请用 工程、秩序、环境、客服等字样")
        return None
    row.notice("班组", f"将建立班组“{text}”（{TEAM_KIND_LABELS[kind]}）")
    row.report.count("team", "created")
    known.teams[text] = Team(site=known.site, code=text, name=text, kind=kind)
    return known.teams[text]


def _skills(known: _Known, row: Row) -> list[Skill]:
    texts = [text.strip() for text in re.split("[、,/;，；]", row.name("技能", longest=200))]
    return list({skill.code: skill for skill in (_skill(known, row, text[:30]) for text in texts if text)}.values())


def _skill(known: _Known, row: Row, name: str) -> Skill:
    if name not in known.skills:
        row.notice("技能", f"将建立技能“{name}”")
        row.report.count("skill", "created")
        known.skills[name] = Skill(code=name, name=name)
    return known.skills[name]


def _compare(known: _Known, person: _Person) -> None:
    """Counts what the row would do, and refuses what a workbook must not do."""
    staff, row = person.staff, person.row
    if staff is None:
        if person.username in known.usernames:
            row.wrong("账号", f"账号“{person.username}”已经有人用了")
        row.report.count("staff", "created")
        return
    if staff.left_on is not None:
        row.wrong("工号", f"{staff.user.name}（{staff.employee_no}）已于 {staff.left_on} 离职")
    if person.username != staff.user.username:
        row.wrong("账号", f"工号 {staff.employee_no} 的账号是“{staff.user.username}”，不能靠导入更换")
    changed = _changes(known, staff, person)
    row.report.changes.extend(changed)
    row.report.count("staff", "updated" if changed else "unchanged")


def _changes(known: _Known, staff: Staff, person: _Person) -> list[Change]:
    row = person.row
    present: dict[str, Any] = {"name": staff.user.name, "phone": staff.user.phone, "title": staff.title}
    present |= {"team": staff.team, "joined_on": staff.joined_on}
    pairs = [(title, present[name], getattr(person, name)) for name, title in _FACTS.items()]
    now = sorted(skill.name for skill in staff.skills.all())
    said = sorted(skill.name for skill in person.skills)
    pairs.append(("技能", "、".join(now), "、".join(said)))
    changed = [(title, was, becomes) for title, was, becomes in pairs if becomes and becomes != was]
    if person.role and person.role not in known.roles.get(staff.user_id, set()):
        held = "、".join(str(ROLE_LABELS[Role(role)]) for role in sorted(known.roles.get(staff.user_id, ())))
        changed.append(("角色", held, str(ROLE_LABELS[Role(person.role)])))
    return [
        Change(row.sheet, row.number, person.employee_no, title, str(was or "（空）"), str(becomes))
        for title, was, becomes in changed
    ]


def _write(known: _Known, people: list[_Person], today: date) -> None:
    for new in (*known.teams.values(), *known.skills.values()):
        if new.pk is None:
            new.save()
    _hire([person for person in people if person.staff is None], known.site, today)
    for person in people:
        if person.staff is not None:
            _correct(person.staff, person)
    skills = Staff.skills.through
    with_skills = [(person.staff, person.skills) for person in people if person.staff and person.skills]
    skills.objects.filter(staff_id__in=[staff.pk for staff, _skills in with_skills]).delete()
    skills.objects.bulk_create(
        skills(staff_id=staff.pk, skill_id=skill.pk) for staff, of_staff in with_skills for skill in of_staff
    )
    User.objects.bulk_update([p.staff.user for p in people if p.staff], ["name", "phone"], batch_size=500)
    fields = ["team", "title", "joined_on"]
    Staff.objects.bulk_update([p.staff for p in people if p.staff], fields, batch_size=500)
    _grant(known, people, today)


def _hire(people: list[_Person], site: Site, today: date) -> None:
    """Accounts without a password: an administrator gives one."""
    users = [User(username=p.username, name=p.name, phone=p.phone, must_change_password=True) for p in people]
    for user in users:
        user.set_unusable_password()
    users = User.objects.bulk_create(users, batch_size=500)
    staff = Staff.objects.bulk_create(
        Staff(
            site=site,
            user=user,
            employee_no=person.employee_no,
            team=person.team,
            title=person.title,
            joined_on=person.joined_on or today,
        )
        for person, user in zip(people, users, strict=True)
    )
    for person, made in zip(people, staff, strict=True):
        person.staff = made


def _correct(staff: Staff, person: _Person) -> None:
    staff.user.name = person.name or staff.user.name
    staff.user.phone = person.phone or staff.user.phone
    staff.team = person.team or staff.team
    staff.title = person.title or staff.title
    staff.joined_on = person.joined_on or staff.joined_on


def _grant(known: _Known, people: list[_Person], today: date) -> None:
    """Roles that are named and not held yet; others stay."""
    RoleGrant.objects.bulk_create(
        RoleGrant(user_id=person.staff.user_id, role=person.role, site=known.site, starts_on=today)
        for person in people
        if person.staff and person.role not in known.roles.get(person.staff.user_id, set())
    )


def rows_of_staff(site: Site, at: datetime) -> dict[str, list[list[Any]]]:
    """Everybody who is with us, in the columns that the import takes."""
    today = day_of(at)
    known = _Known.load(site, today)
    present = [one for one in known.staff.values() if one.left_on is None or one.left_on > today]
    return {STAFF_SHEET.title: [_row(known, one) for one in present]}


def _row(known: _Known, staff: Staff) -> list[Any]:
    held = sorted(role for role in known.roles.get(staff.user_id, ()) if Role(role) in STAFF)
    role = next((word for word, meaning in _ROLES.items() if meaning in held), "")
    skills = "、".join(skill.name for skill in staff.skills.all())
    team = staff.team.name if staff.team else ""
    about = [staff.employee_no, staff.user.name, staff.user.phone, team, staff.title]
    return [*about, role, skills, staff.joined_on.isoformat(), staff.user.username]


STAFF_WORKBOOK = registry.declare(
    registry.WorkbookKind(
        name="staff",
        label=_("员工"),
        right=MANAGE_USERS,
        specs=(STAFF_SHEET,),
        notes=_NOTES,
        take=take_staff,
        rows=rows_of_staff,
    )
)
