"""People over `/api/v1`: staff, teams, rosters, who is on duty."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.masking import masked
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import NotFound
from zhongshu.people import actions
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.permissions import ARRANGE_ROSTERS, VIEW_PEOPLE
from zhongshu.people.queries import matching, not_gone, on_duty, roster_between, staff_visible, teams_of
from zhongshu.web.paging import page_of

router = Router(tags=["people"])


class OnDutyOut(Schema):
    staff_id: int
    employee_no: str
    name: str
    team: str | None


class StaffOut(Schema):
    """`left_on` is the first day on which the person is no longer with us. `phone` is masked."""

    staff_id: int
    employee_no: str
    name: str
    phone: str
    team: str | None
    title: str
    skills: list[str]
    capacity: int
    joined_on: date
    left_on: date | None


class StaffFilters(Schema):
    """`q`: name, employee number, post or phone; `left`: also those who left."""

    site: Line
    q: Line = ""
    left: bool = False


class StaffPage(Listed):
    items: list[StaffOut]


class TeamOut(Schema):
    code: str
    name: str
    kind: TeamKind
    lead: str | None
    size: int


class RosterOut(Schema):
    """From `starts_at` until (exclusive) `ends_at`."""

    entry_id: int
    employee_no: str
    name: str
    duty: Duty
    starts_at: datetime
    ends_at: datetime


class RosterIn(Typed):
    """Instants without an offset are Asia/Shanghai."""

    site: Line
    employee_no: Line
    duty: Duty = Duty.SHIFT
    starts_at: datetime
    ends_at: datetime


@router.get("/on-duty", response=list[OnDutyOut], summary="Who is on duty")
def list_on_duty(
    request: HttpRequest, site: Line, duty: Duty = Duty.SHIFT, at: datetime | None = None
) -> list[dict[str, Any]]:
    """At `at` (without an offset: Asia/Shanghai; not given: now)."""
    found = site_of(actor_of(request), site, VIEW_PEOPLE)
    staff = on_duty(site_id=found.pk, at=_aware(at) if at else now(), duty=duty)
    return [
        {
            "staff_id": person.pk,
            "employee_no": person.employee_no,
            "name": person.user.name,
            "team": person.team.name if person.team else None,
        }
        for person in staff
    ]


@router.get("/staff", response=StaffPage, summary="The staff of a site")
def list_staff(
    request: HttpRequest, filters: Query[StaffFilters], page: PageNo = 1, size: PageSize = 20
) -> dict[str, Any]:
    """In the order of their employee numbers."""
    actor = actor_of(request)
    found = site_of(actor, filters.site, VIEW_PEOPLE)
    rows = matching(staff_visible(actor, site_id=found.pk), text=filters.q.strip())
    rows = rows if filters.left else rows.filter(not_gone(now()))
    return paged(page_of(rows, str(page), size=size), _person)


@router.get("/teams", response=list[TeamOut], summary="The teams of a site")
def list_teams(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    """With their leads, and how many people are in each."""
    found = site_of(actor_of(request), site, VIEW_PEOPLE)
    return [
        {
            "code": team.code,
            "name": team.name,
            "kind": team.kind,
            "lead": team.lead.user.name if team.lead else None,
            "size": team.size,  # type: ignore[attr-defined]  # annotated by teams_of
        }
        for team in teams_of(found.pk, at=now())
    ]


@router.get("/rosters", response=list[RosterOut], summary="The roster of a site for a week")
def list_rosters(request: HttpRequest, site: Line, first: date) -> list[dict[str, Any]]:
    """Every entry that touches the seven days from `first`."""
    found = site_of(actor_of(request), site, VIEW_PEOPLE)
    start = datetime.combine(first, time(), SITE_ZONE)
    return [_entry(entry) for entry in roster_between(site_id=found.pk, start=start, end=start + timedelta(days=7))]


@router.post("/rosters", response={201: RosterOut}, summary="Put somebody on duty")
def add_to_roster(request: HttpRequest, said: RosterIn) -> Status[dict[str, Any]]:
    """Refused when the person is on the roster for the same duty at that time, or not with us."""
    actor = actor_of(request)
    found = site_of(actor, said.site, ARRANGE_ROSTERS)
    staff = Staff.objects.filter(site=found, employee_no=said.employee_no).select_related("user").first()
    if staff is None:
        raise NotFound(_("没有工号为“%(number)s”的员工。") % {"number": said.employee_no}, field="employee_no")
    starts_at, ends_at = _aware(said.starts_at), _aware(said.ends_at)
    entry = actions.roster(actor=actor, at=now(), staff=staff, duty=said.duty, starts_at=starts_at, ends_at=ends_at)
    return Status(201, _entry(entry))


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=SITE_ZONE) if is_naive(at) else at


def _person(staff: Staff) -> dict[str, Any]:
    return {
        "staff_id": staff.pk,
        "employee_no": staff.employee_no,
        "name": staff.user.name,
        "phone": masked(staff.user.phone),
        "team": staff.team.name if staff.team else None,
        "title": staff.title,
        "skills": [skill.code for skill in staff.skills.all()],
        "capacity": staff.capacity,
        "joined_on": staff.joined_on,
        "left_on": staff.left_on,
    }


def _entry(entry: RosterEntry) -> dict[str, Any]:
    return {
        "entry_id": entry.pk,
        "employee_no": entry.staff.employee_no,
        "name": entry.staff.user.name,
        "duty": entry.duty,
        "starts_at": entry.starts_at,
        "ends_at": entry.ends_at,
    }
