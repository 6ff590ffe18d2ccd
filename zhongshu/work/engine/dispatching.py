"""Finding somebody for an order, and writing down why."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.composed import insert
from zhongshu.kernel.outbox import publish
from zhongshu.people.kinds import Handing, TeamKind
from zhongshu.people.models import Staff, Team
from zhongshu.people.queries import on_duty, team_of_kind
from zhongshu.work.engine import telling
from zhongshu.work.engine.moves import move
from zhongshu.work.errors import NobodyAvailable
from zhongshu.work.events import OrderUndispatched
from zhongshu.work.kinds import Level, Urgency
from zhongshu.work.lifecycle import Verb
from zhongshu.work.models import DispatchDecision, OrderMove, WorkOrder
from zhongshu.work.policies.handing import handing
from zhongshu.work.policies.operating import has_team_walls
from zhongshu.work.policies.ranking import Ranked, rank, summary
from zhongshu.work.queries import Ladder, Wanted, candidates, stand_in

#: Whoever is found in these ways takes the order into their own team.
OF_THE_TEAM = frozenset({Level.CANDIDATE, Level.BY_HAND, Level.CLAIMED, Level.PLANNED})


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the order (None: nobody is there), how far the search went, and every candidate with reasons."""

    level: Level
    staff: Staff | None
    ranking: tuple[Ranked, ...] = ()

    @property
    def summary(self) -> str:
        return summary(self.level, self.staff.user.name if self.staff else "", self.ranking)


def choose(order: WorkOrder, *, at: datetime, team_kind: str = "", excluded: frozenset[int] = frozenset()) -> Choice:
    """The best candidate, else who stands in; without `excluded` staff. For a visit booked: of those on shift then."""
    wanted = Wanted(
        site_id=order.site_id,
        team_kind=team_kind or (order.team.kind if order.team else ""),
        category=order.category,
        place=order.place,
        account_id=order.account_id,
        excluded=excluded,
        model=order.site.operating_model,
        kind=order.kind,
        comes_at=order.booked_at if order.booked_at and order.booked_at > at else None,
    )
    found = candidates(wanted, at)
    if not found and wanted.comes_at:  # nobody is on the roster for then: whoever is here now sees to it
        found = candidates(replace(wanted, comes_at=None), at)
    if found:
        ranking = rank(found, Urgency(order.urgency))
        by_id = {staff.pk: staff for staff in found.values()}
        return Choice(Level.CANDIDATE, by_id[ranking[0].staff_id], ranking)
    other = stand_in(wanted, at)
    return Choice(*other) if other else Choice(Level.NOBODY, None)


def by_hand(staff: Staff) -> Choice:
    """Somebody said who does it."""
    return Choice(Level.BY_HAND, staff)


def assign(
    order: WorkOrder,
    choice: Choice,
    verb: Verb,
    *,
    actor: Actor,
    at: datetime,
    reason: str = "",
    team: Team | None = None,
) -> OrderMove:
    """Give the locked order to the chosen one by `verb` (dispatch, reassign); they are told, and who had it before.

    Raises NobodyAvailable.
    """
    if choice.staff is None:
        raise NobodyAvailable(_("现在没有人可派，请指定处理人。"), field="staff_id")
    previous = order.assignee
    decide(order, choice, at=at)
    row = move(
        order,
        verb,
        actor=actor,
        at=at,
        reason=reason or choice.summary,
        assignee=choice.staff,
        team=team_for(order, choice, team),
        dispatched_at=at,
        resume_on=None,
        waits_for="",
        waits_until=None,
    )
    telling.assigned(order, row, previous=previous, at=at)
    return row


def team_for(order: WorkOrder, choice: Choice, team: Team | None) -> Team | None:
    """A candidate brings their own team; one who stands in leaves the order with the team it is meant for, and so
    does everybody where team walls have fallen."""
    if choice.level != Level.BY_HAND and order.team and not has_team_walls(order.site.operating_model):
        return team or order.team
    if choice.level in OF_THE_TEAM and choice.staff is not None and choice.staff.team:
        return choice.staff.team
    return team or order.team or (choice.staff.team if choice.staff else None)


def hand_out(order: WorkOrder, choice: Choice, *, actor: Actor, at: datetime) -> None:
    """A new order goes to the chosen one, or waits the way its team's work waits first."""
    way = _way_of(order, choice, at=at)
    if order.team is None or way == Handing.DIRECT:
        dispatch(order, choice, actor=actor, at=at)
    else:
        _let_wait(order, order.team, choice, way, at=at)


def _way_of(order: WorkOrder, choice: Choice, *, at: datetime) -> Handing:
    """Nothing waits where nobody of the team is there to take it, or no lead to send it on."""
    if order.team is None or choice.level != Level.CANDIDATE:
        return Handing.DIRECT
    team = order.team
    way = handing(way=team.handing, pool_kinds=team.pool_kinds, kind=order.kind, urgency=order.urgency)
    if way == Handing.LEAD and not on_duty(site_id=order.site_id, at=at).filter(leads=team).exists():
        return Handing.DIRECT
    return way


def _let_wait(order: WorkOrder, team: Team, choice: Choice, way: Handing, *, at: datetime) -> None:
    order.waits_for, order.waits_until = way, at + timedelta(minutes=team.handing_minutes)
    order.save(update_fields=["waits_for", "waits_until"])
    level = Level.POOL if way == Handing.POOL else Level.LEAD
    decide(order, Choice(level, None, choice.ranking), at=at)
    eligible = Staff.objects.filter(pk__in=[ranked.staff_id for ranked in choice.ranking])
    leads = [team.lead.user_id] if team.lead else []
    telling.waits(order, leads if way == Handing.LEAD else eligible.values_list("user_id", flat=True), at=at)


def dispatch(order: WorkOrder, choice: Choice, *, actor: Actor, at: datetime) -> OrderMove | None:
    """Send the chosen one to an order that waits. None: nobody; head office is told, and the next tick tries again."""
    if choice.staff is None:
        _report_nobody(order, choice, at=at)
        return None
    return assign(order, choice, Verb.DISPATCH, actor=actor, at=at)


def dispatch_anew(order: WorkOrder, *, actor: Actor, at: datetime, reason: str) -> OrderMove | None:
    """What is asked of the not yet accepted order has changed: somebody else may be better now. None: they are not."""
    choice = choose(order, at=at)
    if choice.staff is None or choice.staff.pk == order.assignee_id:
        return None
    return assign(order, choice, Verb.REASSIGN, actor=actor, at=at, reason=reason)


def decide(order: WorkOrder, choice: Choice, *, at: datetime) -> DispatchDecision:
    """Keep the decision beside the order."""
    order.just_decided = DispatchDecision(
        site_id=order.site_id,
        order=order,
        at=at,
        level=choice.level,
        chosen=choice.staff,
        ranking=[asdict(ranked) for ranked in choice.ranking],
        summary=choice.summary,
    )
    insert(order.just_decided)
    return order.just_decided


def team_meant(*, site_id: int, team_kind: str) -> Team | None:
    """The site's team of that kind; a lean site may have none."""
    return team_of_kind(site_id=site_id, kind=TeamKind(team_kind)) if team_kind else None


def _report_nobody(order: WorkOrder, choice: Choice, *, at: datetime) -> None:
    """Once per round: the decision, the message to the top, the event."""
    if order.decisions.filter(level=Level.NOBODY, at__gte=_round_started(order)).exists():
        return
    decide(order, choice, at=at)
    telling.nobody(order, Ladder([order.site_id], day_of(at)).top(order.site_id), at=at)
    publish(OrderUndispatched(site_id=order.site_id, order_id=order.pk), at=at)


def _round_started(order: WorkOrder) -> datetime:
    """When the order began to wait: opened, or reopened."""
    reopened = order.moves.filter(verb=Verb.REOPEN).order_by("-pk").values_list("at", flat=True).first()
    return reopened or order.opened_at
