"""The pages of people: who gets in, what they show, what they keep, and what they cost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from tests.people.conftest import Browser, Crew
from zhongshu.identity.models import AuditEntry, RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people import actions
from zhongshu.people.kinds import AbsenceReason, Duty, TeamKind
from zhongshu.people.models import Absence, RosterEntry, Staff, Team

LISTS = ["/people/staff", "/people/teams", "/people/rosters", "/people/on-duty"]
MONDAY = "2026-11-02"
WEEK = f"/people/rosters?week={MONDAY}"
MOST_STATEMENTS = 8


def clock(text: str) -> datetime:
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SITE_ZONE)


def page_text(response: HttpResponse) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def cells(response: HttpResponse) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(response.content)).get_sheet_by_index(0)
    return sheet.to_python()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, noon: datetime) -> None:
    """It is noon of Wednesday, the 4th of November, for pages too."""
    monkeypatch.setattr(timezone, "now", lambda: noon)


@pytest.fixture
def full(crew: Crew) -> Crew:
    """Two technicians, a duty officer, and one of two in the control room."""
    control = actions.make_team(
        actor=crew.cast.system, at=crew.at, site=crew.site, code="xk", name="消控中心", kind=TeamKind.CONTROL_ROOM
    )
    crew.hire("李水", title="水电工")
    crew.hire("赵电", title="强电工")
    crew.hire("周经理", team=None)
    crew.hire("消一", team=control)
    crew.roster("李水", clock("04 08:00"), hours=8)
    crew.roster("周经理", clock("04 08:00"), hours=12, duty=Duty.DUTY_OFFICER)
    crew.roster("消一", clock("04 08:00"), hours=12, duty=Duty.CONTROL_ROOM)
    return crew


# --- who gets in ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [*LISTS, "/people/staff/G001"])
def test_staff_see_people_and_residents_do_not(full: Crew, browser: Browser, url: str) -> None:
    assert browser(Role.CLEANER).get(url).status_code == 200
    assert browser(Role.RESIDENT).get(url).status_code == 404
    away = Client().get(url)
    assert (away.status_code, away.url.partition("?")[0]) == (302, "/sign-in")


def writes(crew: Crew) -> list[tuple[str, dict[str, object]]]:
    """Everything these pages can change, with what would change it."""
    entry, absence = RosterEntry.objects.first(), Absence.objects.first()
    new = crew.cast.user(Role.GUARD, crew.site, name="新人")
    shift = {"staff": crew.people["赵电"].pk, "duty": "shift", "day": "2026-11-05", "starts": "08:00", "hours": "8"}
    hired = {"user": new.pk, "employee_no": "N1", "joined_on": MONDAY, "capacity": "5"}
    return [
        ("/people/staff/new", hired),
        ("/people/staff/G001/arrangement", {"team": "", "capacity": "9"}),
        ("/people/staff/G001/departure", {"left_on": "2026-12-01"}),
        ("/people/teams", {"code": "new", "name": "新班", "kind": "security"}),
        ("/people/teams/gc/lead", {"lead": crew.people["李水"].pk}),
        ("/people/rosters", shift),
        ("/people/rosters/repetition", {"week": MONDAY, "weeks": "1"}),
        (f"/people/rosters/{entry.pk}/cancellation", {}),
        (
            "/people/staff/G001/absences",
            {"reason": "sick", "starts_at": "2026-11-09T08:00", "ends_at": "2026-11-10T08:00"},
        ),
        (f"/people/staff/G002/absences/{absence.pk}/return", {}),
    ]


def state() -> list[object]:
    kept = [list(model.objects.order_by("pk").values()) for model in (Staff, Team, RosterEntry, Absence)]
    return [*kept, AuditEntry.objects.count()]


@pytest.fixture
def with_absence(full: Crew) -> Crew:
    actions.absent(
        actor=full.cast.system,
        at=full.at,
        staff=full.people["赵电"],
        starts_at=clock("04 09:00"),
        ends_at=clock("06 09:00"),
        reason=AbsenceReason.SICK,
    )
    return full


def test_a_manager_may_do_all_of_it(with_absence: Crew, browser: Browser) -> None:
    manager = browser(Role.SITE_MANAGER)
    for url, said in writes(with_absence):
        before = state()
        assert manager.post(url, said).status_code == 302, url
        assert state() != before, url


def test_a_technician_a_neighbour_and_a_stranger_get_the_same_and_nothing_changes(
    with_absence: Crew, browser: Browser
) -> None:
    cast = with_absence.cast
    technician = browser(Role.TECHNICIAN)
    neighbour = browser(Role.SITE_MANAGER, cast.xh)
    resident = browser(Role.RESIDENT)
    before = state()
    for url, said in writes(with_absence):
        assert technician.post(url, said).status_code == 404, url
        assert resident.post(url, said).status_code == 404, url
    for url, said in writes(with_absence)[1:3] + writes(with_absence)[7:]:
        assert neighbour.post(url, said).status_code == 404, url
    assert neighbour.get("/people/staff/G001").status_code == 404
    absent, forbidden = neighbour.get("/people/staff/NONE"), neighbour.get("/people/staff/G001")
    assert absent.status_code == forbidden.status_code
    assert state() == before


def test_a_manager_elsewhere_who_works_here_may_look_but_not_arrange(
    with_absence: Crew, browser: Browser, grant: Callable[..., RoleGrant]
) -> None:
    """The door asks for the right at the site one looks at, not just anywhere."""
    cast = with_absence.cast
    both = cast.user(Role.SITE_MANAGER, cast.xh)
    grant(both, Role.TECHNICIAN, cast.yql)
    client = browser(Role.SITE_MANAGER, cast.xh, looks_at=cast.yql)
    before = state()
    assert client.get("/people/staff/G001").status_code == 200
    assert client.get("/people/staff/new").status_code == 404
    for url, said in writes(with_absence):
        assert client.post(url, said).status_code == 404, url
    assert state() == before


# --- staff ---------------------------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_words_and_team_and_hides_who_left(full: Crew, browser: Browser) -> None:
    actions.leave(actor=full.cast.system, at=full.at, staff=full.people["赵电"], left_on=clock("04 00:00").date())
    actions.leave(actor=full.cast.system, at=full.at, staff=full.people["周经理"], left_on=clock("05 00:00").date())
    client = browser(Role.CALL_TAKER)

    def shown(query: str) -> set[str]:
        text = page_text(client.get(f"/people/staff?{query}"))
        return {name for name in full.people if f">{name}</a>" in text}

    assert shown("") == {"李水", "周经理", "消一"}
    assert shown("left=1") == {"李水", "赵电", "周经理", "消一"}
    assert shown("q=李") == {"李水"}
    assert shown("q=G004") == {"消一"}
    assert shown("q=水电") == {"李水"}
    assert shown(f"team={full.team.pk}") == {"李水"}
    assert shown("team=abc&page=99") == {"李水", "周经理", "消一"}
    assert shown("q=没有这个人") == set()
    assert "没有符合条件的员工" in page_text(client.get("/people/staff?q=没有这个人"))


def test_a_long_list_has_pages_and_the_export_has_everybody(crew: Crew, browser: Browser) -> None:
    for nth in range(23):
        crew.hire(f"员工{nth:02d}")
    client = browser(Role.SITE_MANAGER)
    first, second = page_text(client.get("/people/staff")), page_text(client.get("/people/staff?page=2"))
    assert ("员工00" in first, "员工22" in first, "员工22" in second) == (True, False, True)
    assert "共 23 条" in first
    table = cells(client.get("/people/staff?export=xlsx"))
    assert len(table) == 24
    assert table[1][:3] == ["G001", "员工00", "工程一班"]


def test_hiring_keeps_what_was_typed_and_says_what_is_wrong(full: Crew, browser: Browser) -> None:
    new = full.cast.user(Role.GUARD, full.site, name="新人")
    manager = browser(Role.SITE_MANAGER)
    said = {"user": new.pk, "employee_no": "G001", "title": "夜班岗", "joined_on": "2026-11-05", "capacity": "7"}
    refused = manager.post("/people/staff/new", said)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "工号 G001 已被使用" in text
    assert all(f'value="{kept}"' in text for kept in ("夜班岗", "2026-11-05", "7"))
    hired = manager.post("/people/staff/new", said | {"employee_no": "G009"}, follow=True)
    assert "已入职" in page_text(hired)
    assert Staff.objects.get(employee_no="G009").title == "夜班岗"


def test_only_colleagues_without_a_post_can_be_hired(full: Crew, browser: Browser) -> None:
    full.cast.user(Role.GUARD, full.site, name="待入职")
    full.cast.user(Role.RESIDENT, full.site, name="业主甲")
    full.cast.user(Role.GUARD, full.cast.xh, name="西荷的人")
    full.cast.user(Role.GUARD, full.site, name="已撤权")
    RoleGrant.objects.filter(user__name="已撤权").update(ends_on="2026-11-04")
    text = page_text(browser(Role.SITE_MANAGER).get("/people/staff/new"))
    offered = [name for name in ("待入职", "业主甲", "西荷的人", "已撤权", "李水") if f">{name}<" in text]
    assert offered == ["待入职"]


def test_a_person_leaves_and_a_backward_date_is_refused_where_it_was_typed(full: Crew, browser: Browser) -> None:
    manager = browser(Role.SITE_MANAGER)
    refused = manager.post("/people/staff/G001/departure", {"left_on": "2019-01-01"})
    assert refused.status_code == 422
    assert "离职日期必须晚于入职日期" in refused.content.decode()
    assert 'value="2019-01-01"' in refused.content.decode()
    manager.post("/people/staff/G001/departure", {"left_on": "2026-12-01"})
    assert "即将离职" in page_text(manager.get("/people/staff"))


def test_absence_from_request_to_return(full: Crew, browser: Browser) -> None:
    lead = browser(Role.SUPERVISOR)
    said = {"reason": "sick", "starts_at": "2026-11-04T10:00", "ends_at": "2026-11-04T18:00"}
    assert "这段时间不再派单" in page_text(lead.post("/people/staff/G001/absences", said, follow=True))
    again = lead.post("/people/staff/G001/absences", said)
    assert again.status_code == 422
    assert 'value="2026-11-04T10:00"' in again.content.decode()
    duty = page_text(lead.get("/people/on-duty"))
    assert "现在没有人当班" in duty
    assert "病假" in duty
    assert "病假" in page_text(lead.get(WEEK))

    colleague = browser(Role.CLEANER)
    for url in ("/people/on-duty", WEEK, "/people/staff/G001"):
        text = page_text(colleague.get(url))
        assert "请假" in text, url
        assert "病假" not in text, f"{url}: why somebody is away is their lead's business"

    absence = Absence.objects.get()
    returned = lead.post(f"/people/staff/G001/absences/{absence.pk}/return", follow=True)
    assert "李水 已销假" in page_text(returned)
    assert "这次请假已经结束" in page_text(lead.post(f"/people/staff/G001/absences/{absence.pk}/return", follow=True))
    assert "现在没有人当班" not in page_text(lead.get("/people/on-duty"))
    assert lead.post(f"/people/staff/G002/absences/{absence.pk}/return").status_code == 404


# --- teams ---------------------------------------------------------------------------------------------------------


def test_teams_are_made_led_counted_and_exported(full: Crew, browser: Browser) -> None:
    manager = browser(Role.SITE_MANAGER)
    twice = manager.post("/people/teams", {"code": "gc", "name": "又一班", "kind": "security"})
    assert (twice.status_code, "已存在" in twice.content.decode()) == (422, True)
    assert 'value="又一班"' in twice.content.decode()
    manager.post("/people/teams/gc/lead", {"lead": full.people["李水"].pk})
    assert cells(manager.get("/people/teams?export=xlsx"))[1] == ["gc", "工程一班", "工程部", 2, "李水"]
    stranger = full.hire("孙远", site=full.cast.xh, team=None)
    told = manager.post("/people/teams/gc/lead", {"lead": stranger.pk}, follow=True)
    assert "请选择本项目的在职员工" in page_text(told)
    assert Team.objects.get(code="gc").lead == full.people["李水"]


# --- rosters -------------------------------------------------------------------------------------------------------


def test_the_week_shows_shifts_watches_and_gaps(full: Crew, browser: Browser) -> None:
    text = page_text(browser(Role.SITE_MANAGER).get(WEEK))
    assert "08:00–16:00" in text
    for name in ("周经理", "消一"):
        assert f'08:00–20:00</span><span class="week-who">{name}</span>' in text
    told = " ".join(text[text.index("gaps") : text.index("</ul>", text.index("gaps"))].split())
    assert "11-04 20:00 – 11-09 00:00</span> 没有值班经理" in told
    assert "11-04 12:00 – 20:00</span> 消控值守只有 1 人" in told
    assert "11-02" not in told, "what is past is not told in the week that runs"


def test_a_site_without_a_control_room_is_not_told_that_it_is_empty(crew: Crew, browser: Browser) -> None:
    crew.roster("周经理", clock("04 08:00"), hours=12, duty=Duty.DUTY_OFFICER)
    text = page_text(browser(Role.SITE_MANAGER).get(WEEK))
    assert "没有值班经理" in text
    assert "没有消控值守" not in text


def test_a_shift_that_began_last_week_stands_under_monday(crew: Crew, browser: Browser) -> None:
    crew.roster("李水", clock("01 20:00"), hours=12)
    client = browser(Role.SITE_MANAGER)
    assert "…–08:00" in page_text(client.get(WEEK))
    assert "20:00–08:00" in page_text(client.get("/people/rosters?week=2026-10-26"))


def test_a_shift_is_added_refused_struck_and_repeated(full: Crew, browser: Browser) -> None:
    lead = browser(Role.SUPERVISOR)
    said = {"staff": full.people["李水"].pk, "duty": "shift", "day": "2026-11-04", "starts": "10:30", "hours": "6"}
    refused = lead.post("/people/rosters", said)
    text = refused.content.decode()
    assert refused.status_code == 422
    assert "李水 在这段时间已有同类班次" in text
    assert 'value="10:30"' in text
    assert 'value="6"' in text
    assert lead.post("/people/rosters", said | {"day": "2026-11-05"}).url == "/people/rosters?week=2026-11-05"
    entry = RosterEntry.objects.get(starts_at=clock("05 10:30"))
    assert entry.ends_at == clock("05 16:30")
    assert "已取消 李水 的班次" in page_text(lead.post(f"/people/rosters/{entry.pk}/cancellation", follow=True))
    assert lead.post(f"/people/rosters/{entry.pk}/cancellation").status_code == 404
    repeat = {"week": "2026-11-05", "weeks": "2"}
    assert "已复制 6 个班次" in page_text(lead.post("/people/rosters/repetition", repeat, follow=True))
    assert "已复制 0 个班次" in page_text(lead.post("/people/rosters/repetition", repeat, follow=True))
    too_many = lead.post("/people/rosters/repetition", {"week": MONDAY, "weeks": "99"}, follow=True)
    assert "一次最多复制 12 周" in page_text(too_many)


def test_the_roster_is_exported_as_it_is_filtered(with_absence: Crew, browser: Browser) -> None:
    client = browser(Role.SITE_MANAGER)
    table = cells(client.get(f"{WEEK}&team={with_absence.team.pk}&export=xlsx"))
    assert [row[1] for row in table] == ["姓名", "李水", "赵电"]
    assert table[1][4] == "08:00–16:00"
    assert [table[2][column] for column in (3, 4, 5, 6, 7)] == ["", "请假", "请假", "请假", ""]


@pytest.mark.parametrize("week", ["", "no-day", "0001-01-01", "9999-12-31"])
def test_an_impossible_week_is_this_week(crew: Crew, browser: Browser, week: str) -> None:
    assert "2026-11-02 – 2026-11-08" in page_text(browser(Role.SITE_MANAGER).get(f"/people/rosters?week={week}"))


def test_on_duty_now_and_its_export(full: Crew, browser: Browser) -> None:
    client = browser(Role.CALL_TAKER)
    text = page_text(client.get("/people/on-duty"))
    assert all(name in text for name in ("李水", "周经理", "消一"))
    assert "赵电" not in text
    table = cells(client.get("/people/on-duty?export=xlsx"))
    assert [(row[0], row[2], row[4]) for row in table[1:]] == [
        ("消控值守", "消一", "2026-11-04 08:00"),
        ("值班经理", "周经理", "2026-11-04 08:00"),
        ("当班", "李水", "2026-11-04 08:00"),
    ]


# --- cost, language ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", [*LISTS[:2], WEEK, LISTS[3]])
def test_a_list_takes_few_statements_however_many_people(full: Crew, browser: Browser, url: str) -> None:
    client = browser(Role.SITE_MANAGER)
    client.get(url)
    for nth in range(40):
        full.hire(f"员工{nth}")
        full.roster(f"员工{nth}", clock("04 08:00") + timedelta(minutes=nth))
    with CaptureQueriesContext(connection) as taken:
        page_text(client.get(url))
    assert len(taken) <= MOST_STATEMENTS, "\n".join(query["sql"][:150] for query in taken)


def test_the_pages_speak_english(with_absence: Crew, browser: Browser, cast: Cast) -> None:
    User.objects.filter(pk=cast.user(Role.SITE_MANAGER, cast.yql).pk).update(language="en")
    client = browser(Role.SITE_MANAGER)
    week = page_text(client.get(WEEK))
    assert "Duty officer: nobody" in week
    assert "Control room watch: only 1 person" in week
    assert "Hire" in page_text(client.get("/people/staff"))
