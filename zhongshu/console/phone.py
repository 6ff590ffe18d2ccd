"""What the phone pages show: my orders by what to do next, and one order with its next step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.actor import Actor
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.people.models import RosterEntry
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import DispatchDecision, OrderPhoto, WorkOrder
from zhongshu.work.queries import (
    Belongings,
    BoardOrder,
    ClockReading,
    TimelineEntry,
    belongings,
    latest_decision,
    my_orders,
    next_reading,
    order_by_number,
    possible_moves,
    timeline,
    with_running_clocks,
)

BEGUN = frozenset({State.ACCEPTED, State.TRAVELLING, State.ON_SITE})
GROUPS: tuple[tuple[str | Promise, frozenset[State]], ...] = (
    (_("正在处理"), BEGUN),
    (_("待接单"), frozenset({State.DISPATCHED})),
    (_("挂起和退单"), frozenset({State.ON_HOLD, State.OBJECTED})),
)
WEEKS_AHEAD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Step:
    """A move as a button: what it says, its picture, where it is sent to."""

    verb: Verb
    label: str | Promise
    icon: str
    noun: str


# The nouns are those of work's own addresses: `/orders/<number>/<noun>`.
NEXT_STEPS = (
    Step(Verb.ACCEPT, _("接单"), "check", "acceptance"),
    Step(Verb.RESUME, _("恢复处理"), "refresh", "resumption"),
    Step(Verb.TRAVEL, _("出发"), "route", "departure"),
    Step(Verb.ARRIVE, _("到场"), "map-pin", "arrival"),
    Step(Verb.FINISH, _("完工"), "circle-check", "completion"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Orders under one heading."""

    title: str
    orders: list[BoardOrder]


def my_groups(actor: Actor, *, at: datetime) -> list[Group]:
    """What is in the person's hands, begun things first. Two statements."""
    mine = [BoardOrder(order, next_reading(order, at)) for order in my_orders(actor)]
    grouped = [Group(str(title), [entry for entry in mine if entry.order.state in states]) for title, states in GROUPS]
    return [group for group in grouped if group.orders]


def waiting(actor: Actor, *, at: datetime, limit: int = 5) -> list[BoardOrder]:
    """What the person has done and the customer has not signed off yet. Two statements."""
    done: QuerySet[WorkOrder] = WorkOrder.objects.filter(assignee__user=actor.user_id, state=State.DONE)
    rows = with_running_clocks(done.order_by("-pk"))[:limit]
    return [BoardOrder(order, next_reading(order, at)) for order in rows]


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order as its page on the phone shows it."""

    order: WorkOrder
    clock: ClockReading | None
    moves: tuple[Verb, ...]
    decision: DispatchDecision | None
    photos: list[OrderPhoto]
    lines: list[TimelineEntry]
    own: Belongings

    @property
    def step(self) -> Step | None:
        """The one next step: of what is possible, the one that leads on. Nobody finishes what they never went to,
        except from the desk: so travelling and arriving come before finishing."""
        return next((step for step in NEXT_STEPS if step.verb in self.moves), None)

    @property
    def other_steps(self) -> list[Step]:
        """What else leads on, such as arriving without having said that one left."""
        return [step for step in NEXT_STEPS if step.verb in self.moves and step != self.step]

    @property
    def may_object(self) -> bool:
        return Verb.OBJECT in self.moves

    @property
    def may_hold(self) -> bool:
        return Verb.HOLD in self.moves

    @property
    def is_begun(self) -> bool:
        return self.order.state in BEGUN

    @property
    def other_teams(self) -> list[tuple[str, str]]:
        """The teams an objection may name."""
        own = self.order.team.kind if self.order.team else ""
        return [(kind, str(TEAM_KIND_LABELS[kind])) for kind in TeamKind if kind != own]


def order_view(actor: Actor, number: str, *, at: datetime) -> OrderView:
    """Six statements and those of `belongings`. Raises OrderNotFound."""
    order = order_by_number(actor, number)
    return OrderView(
        order=order,
        clock=next_reading(order, at),
        moves=possible_moves(actor, order),
        decision=latest_decision(order),
        photos=list(order.photos.order_by("pk")),
        lines=timeline(order)[::-1],
        own=belongings(order),
    )


def coming_shifts(actor: Actor, *, at: datetime) -> list[RosterEntry]:
    """When the person is on duty in the next days. One statement."""
    mine = RosterEntry.objects.filter(staff__user=actor.user_id, ends_at__gt=at, starts_at__lt=at + WEEKS_AHEAD)
    return list(mine.select_related("staff__team").order_by("starts_at"))
