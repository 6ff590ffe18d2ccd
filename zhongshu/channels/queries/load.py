"""How much anger somebody has had, and who may know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from zhongshu.cases.queries import role_holders
from zhongshu.channels.models import AngryContact, Call, Relief
from zhongshu.channels.policies.hotline import midnight
from zhongshu.channels.policies.limits import Limits
from zhongshu.channels.policies.load import RELIEVERS, Contact, Load, load_from
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.queries import employed


@dataclass(frozen=True, slots=True)
class LoadView:
    """One person's shift: since when it counts, what has come together, and how they are relieved."""

    staff: Staff
    since: datetime
    load: Load
    limits: Limits
    relief: Relief | None
    contacts: tuple[AngryContact, ...]

    @property
    def is_too_much(self) -> bool:
        return self.load.is_too_much(self.limits)


def load_of(user_id: int, *, at: datetime) -> Load:
    """The load of an employee on the present shift; nothing for who is no employee."""
    staff = Staff.objects.filter(user_id=user_id).first()
    return load_of_staff(staff, at=at) if staff else Load(0, 0, 0)


def load_of_staff(staff: Staff, *, at: datetime) -> Load:
    """The same, for one at hand."""
    return load_from(_contacts(staff, since=counted_since(staff, at=at), at=at), since=counted_since(staff, at=at))


def counted_since(staff: Staff, *, at: datetime) -> datetime:
    """The beginning of the shift they are on, else of the day; or of their last relief, if that was later."""
    shift = RosterEntry.objects.filter(staff=staff, starts_at__lte=at, ends_at__gt=at).order_by("starts_at").first()
    began = shift.starts_at if shift else midnight(day_of(at))
    relief = Relief.objects.filter(staff=staff, began_at__lte=at).order_by("-began_at").first()
    return max(began, relief.began_at) if relief and relief.began_at else began


def _contacts(staff: Staff, *, since: datetime, at: datetime) -> list[Contact]:
    """Angry ones, and the calls between them that were not."""
    angry = list(AngryContact.objects.filter(staff=staff, at__gte=since, at__lte=at))
    marked = [one.call_id for one in angry if one.call_id is not None]
    calls = Call.objects.filter(agent=staff, answered_at__gte=since, answered_at__lte=at).exclude(pk__in=marked)
    quiet = [Contact(call.answered_at, is_angry=False) for call in calls if call.answered_at]
    return [*quiet, *(Contact(one.at, True, one.minutes, one.is_abusive) for one in angry)]


def view_of(staff: Staff, *, at: datetime) -> LoadView:
    """What the person, or who relieves them, sees of one shift."""
    since = counted_since(staff, at=at)
    angry = AngryContact.objects.filter(staff=staff, at__gte=since - timedelta(hours=24)).select_related("case", "call")
    return LoadView(
        staff=staff,
        since=since,
        load=load_from(_contacts(staff, since=since, at=at), since=since),
        limits=limits_of(staff.site_id, day_of(at)),
        relief=relief_of(staff.pk, at=at),
        contacts=tuple(angry.order_by("-at")),
    )


def relief_of(staff_id: int, *, at: datetime) -> Relief | None:
    """The relief that is due or running."""
    rows = Relief.objects.filter(Q(began_at__isnull=True) | Q(ends_at__gt=at), staff_id=staff_id)
    return rows.order_by("-due_at").first()


def relievers_of(staff: Staff, *, at: datetime) -> frozenset[int]:
    """The users who relieve this person: the lead of the team and, by the operating model, whose people they are.

    Nobody relieves themselves; where nobody is left, head office does.
    """
    lead = {staff.team.lead.user_id} if staff.team and staff.team.lead else set()
    roles = RELIEVERS[OperatingModel(staff.site.operating_model)]
    above = _holders(staff.site_id, roles, at=at)
    found = (lead | above) - {staff.user_id}
    return frozenset(found or _holders(staff.site_id, [Role.SITE_MANAGER, Role.HEAD_OFFICE], at=at) - {staff.user_id})


def _holders(site_id: int, roles: Collection[Role], *, at: datetime) -> set[int]:
    return {user_id for role in roles for user_id in role_holders(site_id, role, at=at).values_list("pk", flat=True)}


def relieved_by(actor: Actor, site: Site, *, at: datetime) -> list[Staff]:
    """The staff of the site whom this person relieves."""
    rows = Staff.objects.filter(employed(at), site=site).exclude(user_id=actor.user_id or 0)
    rows = rows.select_related("site", "user", "team__lead").order_by("employee_no")
    leads_all = actor.holds(*RELIEVERS[OperatingModel(site.operating_model)], site_id=site.pk)
    return list(rows if leads_all else rows.filter(team__lead__user_id=actor.user_id or 0))


def may_relieve(actor: Actor, staff: Staff, *, at: datetime) -> bool:
    """Whether the person is one of those who relieve this one."""
    return actor.user_id is not None and actor.user_id in relievers_of(staff, at=at)


def views_for(actor: Actor, site: Site, *, at: datetime) -> list[LoadView]:
    """Of those whom the actor relieves, whoever met with anger or is to be relieved; who had most first."""
    people = relieved_by(actor, site, at=at)
    recent = at - timedelta(hours=24)
    touched = set(AngryContact.objects.filter(staff__in=people, at__gte=recent).values_list("staff_id", flat=True))
    waiting = Relief.objects.filter(Q(began_at__isnull=True) | Q(ends_at__gt=at), staff__in=people)
    touched |= set(waiting.values_list("staff_id", flat=True))
    views = [view_of(staff, at=at) for staff in people if staff.pk in touched]
    return sorted(views, key=lambda view: (-view.load.minutes, view.staff.pk))


def own_staff(actor: Actor) -> Staff | None:
    """The employee that the actor is."""
    if actor.user_id is None:
        return None
    return Staff.objects.filter(user_id=actor.user_id).select_related("site", "user", "team__lead").first()


def resting(site_id: int, *, at: datetime) -> QuerySet[Relief]:
    """Reliefs that run now."""
    return Relief.objects.filter(site_id=site_id, began_at__lte=at, ends_at__gt=at)


def strained(site_id: int) -> QuerySet[Relief]:
    """Reliefs that are due and not recorded yet."""
    return Relief.objects.filter(site_id=site_id, began_at__isnull=True)


def is_known_angry(site_id: int, number: str, *, at: datetime, days: int) -> bool:
    """Whether this caller was angry with somebody lately."""
    since = at - timedelta(days=days)
    return bool(number) and AngryContact.objects.filter(site_id=site_id, number=number, at__gte=since).exists()
