"""All reads of incidents."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.lifecycle import CaseState, IncidentState
from zhongshu.cases.models import Case, Incident, IncidentAnswer
from zhongshu.cases.permissions import OPEN_CASES, VIEW_CASES
from zhongshu.cases.policies.incidents import Reported, alike, lies_within
from zhongshu.cases.queries import cases_visible
from zhongshu.cases.queries.standing import rules_of
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force

SHARED = (PlaceKind.COMMUNITY, PlaceKind.PHASE, PlaceKind.BUILDING, PlaceKind.ENTRANCE)
MOST_COMPARED = 500
ANNOUNCED_AHEAD = timedelta(days=7)


def incident_by_number(actor: Actor, number: str) -> Incident:
    """Raises NotFound, also for what the actor may not see."""
    rows = actor.visible(Incident.objects.all(), VIEW_CASES).filter(number=number.replace("\x00", "?"))
    found = rows.select_related("site", "place", "owner", "order__assignee__user").first()
    if found is None:
        raise NotFound(_("没有找到这个事件，或者您无权查看。"))
    return found


def incidents_listed(
    actor: Actor,
    site_id: int,
    *,
    state: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> QuerySet[Incident]:
    """Open ones first, then the newest, with the number of their cases; those opened between the two instants."""
    rows = actor.visible(Incident.objects.filter(site_id=site_id), VIEW_CASES)
    if state:
        rows = rows.filter(state=state)
    if starts_at:
        rows = rows.filter(opened_at__gte=starts_at)
    if ends_at:
        rows = rows.filter(opened_at__lt=ends_at)
    counted = rows.annotate(case_count=Count("cases")).select_related("place", "owner", "site")
    return counted.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")


def running(site_id: int, *, at: datetime) -> list[Incident]:
    """What is under way, and works announced for the coming week: the desk shows them first. One statement."""
    rows = Incident.objects.filter(site_id=site_id, state=IncidentState.OPEN)
    soon = Q(planned_from__isnull=True) | Q(planned_from__lt=at + ANNOUNCED_AHEAD)
    counted = rows.filter(soon).annotate(case_count=Count("cases")).select_related("place")
    return list(counted.order_by(F("planned_from").asc(nulls_first=True), "-opened_at"))


def touching(incidents: list[Incident], *, category: str, place: Place | None, at: datetime) -> list[Incident]:
    """Those of them that explain a matter of that category at that place (None: not known yet)."""
    return [each for each in incidents if _explains(each, category, place, at)]


def _explains(incident: Incident, category: str, place: Place | None, at: datetime) -> bool:
    begun = incident.planned_from is None or incident.planned_from <= at
    here = incident.place is None or place is None or lies_within(place.path, incident.place.path)
    return begun and here and incident.category == category


def cases_shown(actor: Actor, incident: Incident) -> QuerySet[Case]:
    """Those of its cases that the actor may see."""
    return open_cases_of(incident).filter(pk__in=cases_visible(actor).filter(incident=incident).values("pk"))


def open_cases_of(incident: Incident) -> QuerySet[Case]:
    """Its cases, in the order in which they were told, with `is_answered`."""
    answered = IncidentAnswer.objects.filter(incident=incident, case=OuterRef("pk"))
    rows = Case.objects.filter(incident=incident).annotate(is_answered=Exists(answered))
    return (
        rows.select_related("place", "customer", "account", "owner").prefetch_related("customer__phones").order_by("pk")
    )


def may_join(incident: Incident) -> QuerySet[Case]:
    """Open cases of its category within its place that stand alone."""
    rows = Case.objects.filter(
        site_id=incident.site_id, state=CaseState.OPEN, incident__isnull=True, category=incident.category
    )
    if incident.place:
        path = incident.place.path
        rows = rows.filter(Q(place__path=path) | Q(place__path__startswith=path + "/"))
    return rows.select_related("place", "owner").order_by("-opened_at")[:50]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Open cases that look like one incident."""

    category: str
    place: Place
    cases: list[Case]


def proposals(actor: Actor, site_id: int, *, at: datetime) -> list[Proposal]:
    """Cases told within a few hours that look alike. Four statements at most."""
    since = at - timedelta(hours=rules_of(site_id, at).alike_hours)
    rows = actor.visible(Case.objects.filter(site_id=site_id), OPEN_CASES).filter(
        state=CaseState.OPEN, incident__isnull=True, opened_at__gte=since, place__isnull=False
    )
    cases = {case.pk: case for case in rows.select_related("place").order_by("-opened_at")[:MOST_COMPARED]}
    if len(cases) < 2:
        return []
    places = _shared_places(site_id, list(cases.values()))
    found = alike([_reported(case, case.place, places) for case in cases.values() if case.place])
    return [Proposal(each.category, places[each.path], [cases[pk] for pk in each.case_ids]) for each in found]


def _shared_places(site_id: int, cases: list[Case]) -> dict[str, Place]:
    paths = {path for case in cases if case.place for path in _upward(case.place.path)}
    rows = Place.objects.filter(site_id=site_id, path__in=paths, kind__in=SHARED)
    return {place.path: place for place in rows}


def _upward(path: str) -> list[str]:
    codes = path.split("/")
    return ["/".join(codes[:depth]) for depth in range(1, len(codes) + 1)]


def _reported(case: Case, place: Place, places: dict[str, Place]) -> Reported:
    above = tuple((str(places[path].kind), path) for path in _upward(place.path) if path in places)
    return Reported(case.pk, case.category, place.path, above)


def affected(incident: Incident, *, at: datetime) -> list[int]:
    """The customers who live or trade where it is: owners and members of today's accounts. One statement."""
    today = in_force(day_of(at))
    accounts = Account.objects.filter(today, site_id=incident.site_id, unit__isnull=False)
    if incident.place:
        path = incident.place.path
        accounts = accounts.filter(Q(unit__path=path) | Q(unit__path__startswith=path + "/"))
    member = Q(memberships__account__in=accounts) & in_force(day_of(at), prefix="memberships__")
    people = Customer.objects.filter(Q(accounts__in=accounts) | member, site_id=incident.site_id)
    return sorted(people.values_list("pk", flat=True).distinct())


def household_count(incident: Incident, *, at: datetime) -> int:
    """The households where it is. One statement."""
    accounts = Account.objects.filter(in_force(day_of(at)), site_id=incident.site_id, unit__isnull=False)
    if incident.place:
        path = incident.place.path
        accounts = accounts.filter(Q(unit__path=path) | Q(unit__path__startswith=path + "/"))
    return accounts.count()
