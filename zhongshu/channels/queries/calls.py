"""Calls, who may be rung, and who is owed a call."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.models import Case
from zhongshu.channels.kinds import CallState
from zhongshu.channels.models import Call, CallBack, Extension
from zhongshu.channels.permissions import ANSWER_CALLS, VIEW_CALLS
from zhongshu.channels.policies.calls import FRESH
from zhongshu.channels.policies.hotline import midnight
from zhongshu.channels.policies.rollover import Ring, Ringable, roll_over
from zhongshu.channels.queries.limits import limits_of
from zhongshu.channels.queries.load import is_known_angry, resting, strained
from zhongshu.estate.models import Account
from zhongshu.estate.queries import accounts_of_phone
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.people.kinds import Duty
from zhongshu.people.models import RosterEntry, Staff
from zhongshu.people.queries import available

SPOKEN = timedelta(minutes=30)
"""So long a call that was answered stays at the desk for its case to be written."""

LATEST = 3


def calls_visible(actor: Actor) -> QuerySet[Call]:
    """The calls of the sites where one may see them; one's own wherever they were."""
    sites = actor.sites(VIEW_CALLS)
    own = Q(agent__user_id=actor.user_id or 0) if actor.may(ANSWER_CALLS) else Q(pk__in=[])
    rows = Call.objects.all() if sites is None else Call.objects.filter(Q(site_id__in=sites) | own)
    return rows.select_related("site", "agent__user", "case")


def call_seen(actor: Actor, pk: int) -> Call:
    """Raises NotFound, also for what the actor may not see."""
    call = calls_visible(actor).filter(pk=pk).first()
    if call is None:
        raise NotFound(_("没有找到这通电话，或者您无权查看。"))
    return call


@dataclass(frozen=True, slots=True)
class Pop:
    """A call at somebody's desk, with who it seems to be."""

    call: Call
    account: Account | None
    account_count: int
    open_cases: tuple[Case, ...]
    last_calls: tuple[Call, ...]
    is_angry: bool

    @property
    def is_ringing(self) -> bool:
        return self.call.state == CallState.RINGING


def pops_for(actor: Actor, *, at: datetime) -> list[Pop]:
    """The calls that ring at the actor's desk now, or that they speak on without having written a case yet."""
    ringing = Q(state=CallState.RINGING, told__at__gt=at - FRESH)
    spoken = Q(state=CallState.ANSWERED, answered_at__gt=at - SPOKEN, case__isnull=True)
    mine = Call.objects.filter(ringing | spoken, agent__user_id=actor.user_id or 0).distinct()
    return [_pop(call, at=at) for call in mine.order_by("-started_at", "-pk")[:LATEST]]


def _pop(call: Call, *, at: datetime) -> Pop:
    accounts = accounts_of_phone(call.site_id, call.number, day_of(at)) if call.number else []
    theirs = Q(caller_phone=call.number) | Q(account__in=[account.pk for account in accounts])
    cases = Case.objects.filter(theirs, site_id=call.site_id, closed_at__isnull=True)
    earlier = Call.objects.filter(site_id=call.site_id, number=call.number).exclude(pk=call.pk)
    days = limits_of(call.site_id, day_of(at)).angry_caller_days
    return Pop(
        call=call,
        account=accounts[0] if len(accounts) == 1 else None,
        account_count=len(accounts),
        open_cases=tuple(cases.order_by("-opened_at")[:LATEST]) if call.number else (),
        last_calls=tuple(earlier.select_related("agent__user").order_by("-started_at")[:LATEST]) if call.number else (),
        is_angry=is_known_angry(call.site_id, call.number, at=at, days=days),
    )


def next_rings(
    site: Site, *, number: str = "", team: str = "", passed: frozenset[str] = frozenset(), at: datetime
) -> tuple[Ring, ...]:
    """Who rings next at the site, the first first (`policies.rollover`)."""
    is_angry = is_known_angry(site.pk, number, at=at, days=limits_of(site.pk, day_of(at)).angry_caller_days)
    people = ringables(site, at=at)
    return roll_over(site.operating_model, people, is_angry=is_angry, team=team, passed=passed)


def ringables(site: Site, *, at: datetime) -> list[Ringable]:
    """Everybody on the roster now and the site's managers; seven statements."""
    duties = _duties(site, at=at)
    roles = _roles(site, at=at)
    managers = [user_id for user_id, held in roles.items() if Role.SITE_MANAGER in held]
    people = available(site_id=site.pk, at=at).filter(Q(pk__in=duties) | Q(user_id__in=managers))
    rests = set(resting(site.pk, at=at).values_list("staff_id", flat=True))
    strains = set(strained(site.pk).values_list("staff_id", flat=True))
    lines = dict(Extension.objects.filter(site=site).order_by("-number").values_list("staff_id", "number"))
    calls = _calls_today(site, at=at)
    return [
        Ringable(
            staff_id=one.pk,
            name=one.user.name,
            line=lines.get(one.pk) or one.user.phone,
            roles=frozenset(roles.get(one.user_id, ())),
            team=one.team.kind if one.team else "",
            duties=frozenset(duties.get(one.pk, ())),
            is_busy=calls[one.pk][1] > 0,
            is_resting=one.pk in rests,
            is_strained=one.pk in strains,
            calls=calls[one.pk][0],
        )
        for one in people.select_related("user", "team")
    ]


def _duties(site: Site, *, at: datetime) -> dict[int, set[Duty]]:
    found: dict[int, set[Duty]] = defaultdict(set)
    rows = RosterEntry.objects.filter(site=site, starts_at__lte=at, ends_at__gt=at).order_by()
    for staff_id, duty in rows.values_list("staff_id", "duty"):
        found[staff_id].add(Duty(duty))
    return found


def _roles(site: Site, *, at: datetime) -> dict[int, set[Role]]:
    found: dict[int, set[Role]] = defaultdict(set)
    rows = RoleGrant.objects.filter(in_force(day_of(at)), site=site).order_by()
    for user_id, role in rows.values_list("user_id", "role"):
        found[user_id].add(Role(role))
    return found


def _calls_today(site: Site, *, at: datetime) -> dict[int, tuple[int, int]]:
    """Per employee: calls answered today, and those spoken on now."""
    spoken = Q(state=CallState.ANSWERED, answered_at__gt=at - SPOKEN * 4)
    rows = Call.objects.filter(site=site, agent__isnull=False, answered_at__gte=midnight(day_of(at))).order_by()
    counted = rows.values("agent").annotate(all=Count("pk"), now=Count("pk", filter=spoken))
    return defaultdict(lambda: (0, 0), {row["agent"]: (row["all"], row["now"]) for row in counted})


def extensions_at(site_id: int) -> QuerySet[Extension]:
    """The extensions of a site with who sits there."""
    return Extension.objects.filter(site_id=site_id).select_related("staff__user", "staff__team")


def staff_at(site_id: int, extension: str) -> Staff | None:
    """Who sits at an extension."""
    if not extension:
        return None
    return Staff.objects.filter(extensions__site_id=site_id, extensions__number=extension).first()


def call_backs_owed(actor: Actor, site_id: int) -> QuerySet[CallBack]:
    """Callers to call, the one due first first, with how often they called and were tried."""
    actor.require(ANSWER_CALLS, site_id)
    rows = CallBack.objects.filter(site_id=site_id, done_at__isnull=True).select_related("site")
    rows = rows.annotate(times=Count("calls", distinct=True), tried=Count("tries", distinct=True))
    return rows.prefetch_related("tries__by").order_by("due_at", "pk")


def call_back_seen(actor: Actor, pk: int) -> CallBack:
    """Raises NotFound, also for what the actor may not see."""
    row = actor.visible(CallBack.objects.select_related("site"), ANSWER_CALLS).filter(pk=pk).first()
    if row is None:
        raise NotFound(_("没有找到这次回电，或者您无权查看。"))
    return row
