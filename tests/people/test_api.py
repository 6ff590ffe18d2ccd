"""People over the API, with a browser's session."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from tests.people.conftest import Browser, Crew
from zhongshu.identity.roles import Role
from zhongshu.people import actions
from zhongshu.people.models import RosterEntry

SHIFT = {"site": "YQL", "employee_no": "G001", "starts_at": "2026-11-05T08:00", "ends_at": "2026-11-05T16:00"}


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, noon: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: noon)


def add(client: Client, **changed: str):
    return client.post("/api/v1/rosters", SHIFT | changed, content_type="application/json")


def test_a_lead_puts_somebody_on_duty_once(crew: Crew, browser: Browser) -> None:
    crew.hire("李水")
    lead = browser(Role.SUPERVISOR)
    made = add(lead)
    assert made.status_code == 201
    assert (made.json()["name"], made.json()["duty"]) == ("李水", "shift")
    again = add(lead)
    assert (again.status_code, again.json()["code"]) == (409, "already_on_duty")
    backwards = add(lead, ends_at="2026-11-05T07:00")
    assert (backwards.status_code, backwards.json()["field"]) == (422, "ends_at")
    unknown = add(lead, employee_no="NONE")
    assert (unknown.status_code, unknown.json()["field"]) == (404, "employee_no")
    week = lead.get("/api/v1/rosters?site=YQL&first=2026-11-02").json()
    assert [(row["employee_no"], row["starts_at"]) for row in week] == [("G001", "2026-11-05T00:00:00Z")]
    at_nine = lead.get("/api/v1/on-duty?site=YQL&at=2026-11-05T09:00").json()
    assert [row["name"] for row in at_nine] == ["李水"]
    assert lead.get("/api/v1/on-duty?site=YQL").json() == []


def test_a_technician_and_a_neighbour_hear_that_there_is_nothing(crew: Crew, browser: Browser) -> None:
    crew.hire("李水")
    technician, neighbour = browser(Role.TECHNICIAN), browser(Role.SITE_MANAGER, crew.cast.xh)
    assert add(technician).status_code == add(neighbour).status_code == 404
    for url in ("staff", "teams", "on-duty", "rosters?first=2026-11-02"):
        joined = f"/api/v1/{url}{'&' if '?' in url else '?'}site="
        assert technician.get(joined + "YQL").status_code == 200, url
        assert neighbour.get(joined + "YQL").status_code == neighbour.get(joined + "ZZZ").status_code == 404, url
        assert Client().get(joined + "YQL").status_code == 401, url
    assert not RosterEntry.objects.exists()


def test_staff_and_teams_are_listed(crew: Crew, browser: Browser) -> None:
    water = actions.add_skill(actor=crew.cast.system, at=crew.at, code="water", name="水电")
    user = crew.user("李水")
    user.phone = "15400010001"
    user.save()
    staff = crew.hire("李水", user=user, skills=[water], title="水电工")
    gone = crew.hire("赵电")
    actions.leave(actor=crew.cast.system, at=crew.at, staff=gone, left_on=crew.at.date())
    actions.set_lead(actor=crew.cast.system, at=crew.at, team=crew.team, lead=staff)
    client = browser(Role.QUALITY)
    listed = client.get("/api/v1/staff?site=YQL&page_size=1").json()
    assert (listed["total"], listed["items"][0]["skills"]) == (1, ["water"])
    assert listed["items"][0]["phone"] == "154****0001"
    assert client.get("/api/v1/staff?site=YQL&left=true").json()["total"] == 2
    assert client.get("/api/v1/staff?site=YQL&q=赵").json()["items"] == []
    team = {"code": "gc", "name": "工程一班", "kind": "engineering", "lead": "李水", "size": 1}
    assert client.get("/api/v1/teams?site=YQL").json() == [team]


def send(client: Client, path: str, said: dict):
    return client.post(f"/api/v1{path}", said, content_type="application/json")


def test_somebody_is_taken_on_moved_and_let_go(crew: Crew, browser: Browser) -> None:
    actions.add_skill(actor=crew.cast.system, at=crew.at, code="water", name="水电")
    manager, user = browser(Role.SITE_MANAGER), crew.user("李水")
    said = {"site": "YQL", "user_id": user.pk, "employee_no": "G001", "joined_on": "2026-01-01", "skills": ["water"]}
    hired = send(manager, "/staff", said)
    assert (hired.status_code, hired.json()["team"], hired.json()["user_id"]) == (201, None, user.pk)
    assert send(manager, "/staff", said).json()["field"] == "user_id"
    moved = send(manager, "/staff/YQL/G001/arrangement", {"team": "gc", "skills": [], "capacity": 3})
    assert (moved.json()["team"], moved.json()["skills"], moved.json()["capacity"]) == ("工程一班", [], 3)
    unknown = send(manager, "/staff/YQL/G001/arrangement", {"team": "gc", "skills": ["magic"], "capacity": 3})
    assert (unknown.status_code, unknown.json()["field"]) == (404, "skills")
    led = send(manager, "/teams/YQL/gc/lead", {"employee_no": "G001"})
    assert (led.json()["lead"], led.json()["size"]) == ("李水", 1)
    assert send(manager, "/teams", {"site": "YQL", "code": "zx", "name": "秩序", "kind": "security"}).status_code == 201
    assert send(manager, "/teams", {"site": "YQL", "code": "zx", "name": "秩序", "kind": "security"}).status_code == 422
    gone = send(manager, "/staff/YQL/G001/departure", {"left_on": "2026-12-01"})
    assert gone.json()["left_on"] == "2026-12-01"


def test_somebody_is_away_and_back_and_off_the_roster(crew: Crew, browser: Browser) -> None:
    crew.hire("李水")
    lead = browser(Role.SUPERVISOR)
    leave = {"reason": "sick", "starts_at": "2026-11-06T08:00", "ends_at": "2026-11-07T08:00"}
    away = send(lead, "/staff/YQL/G001/absences", leave)
    assert away.status_code == 201
    assert send(lead, "/staff/YQL/G001/absences", leave).json()["code"] == "already_absent"
    path = f"/staff/YQL/G001/absences/{away.json()['absence_id']}/return"
    assert send(lead, path, {}).status_code == 204
    assert lead.get("/api/v1/staff/YQL/G001/absences").json() == []
    entry = add(lead).json()["entry_id"]
    week = {"site": "YQL", "week_of": "2026-11-05", "weeks": 2}
    assert send(lead, "/rosters/repetition", week).json() == {"added": 2}
    assert send(lead, "/rosters/repetition", week).json() == {"added": 0}
    assert send(lead, f"/rosters/{entry}/cancellation", {}).status_code == 204
    assert send(lead, f"/rosters/{entry}/cancellation", {}).status_code == 404
    assert RosterEntry.objects.count() == 2


def test_what_one_may_not_arrange_is_not_there(crew: Crew, browser: Browser) -> None:
    crew.hire("李水")
    neighbour, technician = browser(Role.SITE_MANAGER, crew.cast.xh), browser(Role.TECHNICIAN)
    for client in (neighbour, technician):
        assert send(client, "/staff/YQL/G001/departure", {"left_on": "2026-12-01"}).status_code == 404
        assert send(client, "/teams/YQL/gc/lead", {"employee_no": "G001"}).status_code == 404
        assert send(client, "/rosters/repetition", {"site": "YQL", "week_of": "2026-11-05"}).status_code == 404
