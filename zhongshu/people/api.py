"""People over `/api/v1`: staff, teams, rosters, who is on duty."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from zhongshu.identity.api_kit import Day, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.identity.masking import masked
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import NotFound
from zhongshu.people import actions
from zhongshu.people.actions.staff import MOST_CAPACITY
from zhongshu.people.kinds import AbsenceReason, Duty, TeamKind
from zhongshu.people.models import Absence, RosterEntry, Skill, Staff, Team
from zhongshu.people.permissions import ARRANGE_PEOPLE, ARRANGE_ROSTERS, VIEW_PEOPLE
from zhongshu.people.queries import hireable, matching, not_gone, on_duty, roster_between, staff_visible, teams_of
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
    user_id: int
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


class HireIn(Typed):
    """`user_id`: somebody with a role at the site who is not its employee yet; `team` and `skills` are codes."""

    site: Line
    user_id: int
    employee_no: Annotated[str, StringConstraints(pattern=r"^[^\x00/]+$", max_length=20)]
    team: Line | None = None
    title: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=40)] = ""
    joined_on: date
    skills: list[Line] = []
    capacity: int = Field(5, ge=1, le=MOST_CAPACITY)


class ArrangeIn(Typed):
    """All of it: who is in no team is in none afterwards."""

    team: Line | None
    skills: list[Line]
    capacity: int


class LeaveIn(Typed):
    left_on: date


class AbsenceIn(Typed):
    """Instants without an offset are Asia/Shanghai."""

    reason: AbsenceReason
    starts_at: datetime
    ends_at: datetime


class AbsenceOut(Schema):
    absence_id: int
    reason: AbsenceReason
    starts_at: datetime
    ends_at: datetime


class TeamIn(Typed):
    site: Line
    code: Annotated[str, StringConstraints(pattern=r"^[-\w]{1,30}$")]
    name: Annotated[str, StringConstraints(pattern=r"^[^\x00]+$", max_length=40)]
    kind: TeamKind


class LeadIn(Typed):
    """`employee_no` null: nobody leads the team."""

    employee_no: Line | None


class RepeatIn(Typed):
    """The week that contains `week_of`, copied to the following `weeks`."""

    site: Line
    week_of: date
    weeks: int = 1


class RepeatOut(Schema):
    added: int


class SkillOut(Schema):
    code: str
    name: str


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
    request: HttpRequest, filters: Query[StaffFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """In the order of their employee numbers."""
    actor = actor_of(request)
    found = site_of(actor, filters.site, VIEW_PEOPLE)
    rows = matching(staff_visible(actor, site_id=found.pk), text=filters.q.strip())
    rows = rows if filters.left else rows.filter(not_gone(now()))
    return paged(request, page_of(rows, str(page), size=page_size), _person)


@router.get("/staff/{site}/{employee_no}", response=StaffOut, summary="One employee")
def get_staff(request: HttpRequest, site: Line, employee_no: Line) -> dict[str, Any]:
    return _person(_staff(request, site, employee_no))


@router.post("/staff", response={201: StaffOut}, summary="Make a user an employee")
def hire(request: HttpRequest, said: HireIn) -> Status[dict[str, Any]]:
    at, actor = now(), actor_of(request)
    found = site_of(actor, said.site, ARRANGE_PEOPLE)
    user = hireable(site_id=found.pk, at=at).filter(pk=said.user_id).first()
    if user is None:
        raise NotFound(_("没有这个账号，或者已经是本项目员工。"), field="user_id")
    staff = actions.hire(
        actor=actor,
        at=at,
        site=found,
        user=user,
        employee_no=said.employee_no,
        team=_team(found, said.team),
        title=said.title,
        joined_on=said.joined_on,
        skills=_skills(said.skills),
        capacity=said.capacity,
    )
    return Status(201, _person(staff))


@router.post("/staff/{site}/{employee_no}/arrangement", response=StaffOut, summary="Team, skills and capacity")
def arrange(request: HttpRequest, site: Line, employee_no: Line, said: ArrangeIn) -> dict[str, Any]:
    staff = _staff(request, site, employee_no)
    team, skills = _team(staff.site, said.team), _skills(said.skills)
    actions.arrange(actor=actor_of(request), at=now(), staff=staff, team=team, skills=skills, capacity=said.capacity)
    return get_staff(request, site, employee_no)


@router.post("/staff/{site}/{employee_no}/departure", response=StaffOut, summary="An employee leaves")
def leave(request: HttpRequest, site: Line, employee_no: Line, said: LeaveIn) -> dict[str, Any]:
    """Their shifts from that day on are struck."""
    staff = _staff(request, site, employee_no)
    return _person(actions.leave(actor=actor_of(request), at=now(), staff=staff, left_on=said.left_on))


@router.get("/staff/{site}/{employee_no}/absences", response=list[AbsenceOut], summary="When somebody is away")
def list_absences(request: HttpRequest, site: Line, employee_no: Line) -> list[dict[str, Any]]:
    """What is not over yet."""
    rows = _staff(request, site, employee_no).absences.filter(ends_at__gt=now())
    return [_absence(row) for row in rows.order_by("starts_at")]


@router.post("/staff/{site}/{employee_no}/absences", response={201: AbsenceOut}, summary="Somebody goes away")
def add_absence(request: HttpRequest, site: Line, employee_no: Line, said: AbsenceIn) -> Status[dict[str, Any]]:
    row = actions.absent(
        actor=actor_of(request),
        at=now(),
        staff=_staff(request, site, employee_no),
        starts_at=_aware(said.starts_at),
        ends_at=_aware(said.ends_at),
        reason=said.reason,
    )
    return Status(201, _absence(row))


@router.post(
    "/staff/{site}/{employee_no}/absences/{absence_id}/return", response={204: None}, summary="Somebody is back"
)
def end_absence(request: HttpRequest, site: Line, employee_no: Line, absence_id: int) -> Status[None]:
    row = _staff(request, site, employee_no).absences.filter(pk=absence_id).first()
    if row is None:
        raise NotFound(_("没有这次请假。"))
    actions.back(actor=actor_of(request), at=now(), absence=row)
    return Status(204, None)


@router.get("/skills", response=list[SkillOut], summary="The skills people can have")
def list_skills(request: HttpRequest) -> list[dict[str, Any]]:
    actor_of(request).require(VIEW_PEOPLE)
    return [{"code": skill.code, "name": skill.name} for skill in Skill.objects.order_by("code")]


@router.post("/teams", response={201: TeamOut}, summary="Make a team")
def make_team(request: HttpRequest, said: TeamIn) -> Status[dict[str, Any]]:
    actor = actor_of(request)
    found = site_of(actor, said.site, ARRANGE_PEOPLE)
    team = actions.make_team(actor=actor, at=now(), site=found, code=said.code, name=said.name, kind=said.kind)
    return Status(201, _team_out(teams_of(found.pk, at=now()).get(pk=team.pk)))


@router.post("/teams/{site}/{code}/lead", response=TeamOut, summary="Name the lead of a team")
def set_lead(request: HttpRequest, site: Line, code: Line, said: LeadIn) -> dict[str, Any]:
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_PEOPLE)
    team = _team(found, code)
    if team is None:
        raise _no_team(code)
    lead = _staff(request, site, said.employee_no) if said.employee_no else None
    actions.set_lead(actor=actor, at=now(), team=team, lead=lead)
    return _team_out(teams_of(found.pk, at=now()).get(pk=team.pk))


@router.get("/teams", response=list[TeamOut], summary="The teams of a site")
def list_teams(request: HttpRequest, site: Line) -> list[dict[str, Any]]:
    """With their leads, and how many people are in each."""
    found = site_of(actor_of(request), site, VIEW_PEOPLE)
    return [_team_out(team) for team in teams_of(found.pk, at=now())]


@router.get("/rosters", response=list[RosterOut], summary="The roster of a site for a week")
def list_rosters(request: HttpRequest, site: Line, first: Day) -> list[dict[str, Any]]:
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


@router.post("/rosters/{entry_id}/cancellation", response={204: None}, summary="Take somebody off the roster")
def strike_from_roster(request: HttpRequest, entry_id: int) -> Status[None]:
    actor = actor_of(request)
    entry = actor.visible(RosterEntry.objects.filter(pk=entry_id), ARRANGE_ROSTERS).first()
    if entry is None:
        raise NotFound(_("没有这个班次，或者已经取消。"))
    actions.strike_from_roster(actor=actor, at=now(), entry=entry)
    return Status(204, None)


@router.post("/rosters/repetition", response=RepeatOut, summary="Copy a week to the weeks after it")
def repeat_week(request: HttpRequest, said: RepeatIn) -> dict[str, Any]:
    """What is on the roster already stays as it is, so that doing it twice adds nothing."""
    actor = actor_of(request)
    found = site_of(actor, said.site, ARRANGE_ROSTERS)
    added = actions.repeat_week(actor=actor, at=now(), site_id=found.pk, week_of=said.week_of, weeks=said.weeks)
    return {"added": added}


def _staff(request: HttpRequest, site: str, employee_no: str) -> Staff:
    """The employee, if the actor may see people there. Raises NotFound."""
    actor = actor_of(request)
    found = site_of(actor, site, VIEW_PEOPLE)
    staff = staff_visible(actor, site_id=found.pk).select_related("site").filter(employee_no=employee_no).first()
    if staff is None:
        raise NotFound(_("没有工号为“%(number)s”的员工。") % {"number": employee_no}, field="employee_no")
    return staff


def _team(site: Site, code: str | None) -> Team | None:
    """The team of that code; None without a code. Raises NotFound."""
    if code is None:
        return None
    team = Team.objects.filter(site=site, code=code).first()
    if team is None:
        raise _no_team(code)
    return team


def _no_team(code: str) -> NotFound:
    return NotFound(_("没有编码为“%(code)s”的班组。") % {"code": code}, field="team")


def _skills(codes: list[str]) -> list[Skill]:
    """Raises NotFound for a code nobody knows."""
    found = list(Skill.objects.filter(code__in=codes))
    if unknown := sorted(set(codes) - {skill.code for skill in found}):
        raise NotFound(_("没有编码为“%(code)s”的技能。") % {"code": unknown[0]}, field="skills")
    return found


def _team_out(team: Team) -> dict[str, Any]:
    """A team as `teams_of` gives it."""
    return {
        "code": team.code,
        "name": team.name,
        "kind": team.kind,
        "lead": team.lead.user.name if team.lead else None,
        "size": team.size,  # type: ignore[attr-defined]  # annotated by teams_of
    }


def _absence(row: Absence) -> dict[str, Any]:
    return {"absence_id": row.pk, "reason": row.reason, "starts_at": row.starts_at, "ends_at": row.ends_at}


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=SITE_ZONE) if is_naive(at) else at


def _person(staff: Staff) -> dict[str, Any]:
    return {
        "staff_id": staff.pk,
        "user_id": staff.user_id,
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
