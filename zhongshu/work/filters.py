"""The filters of the list of orders, as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from zhongshu.identity.audit import changed_since, last_change
from zhongshu.web.days import Days
from zhongshu.work.lifecycle import State
from zhongshu.work.models import SlaClock, WorkOrder

OPEN, ALL = "open", "all"
WORDS = ("urgency", "team", "kind", "category", "assignee")


#: A state, or `open` (not ended), or `all`.
WantedState = StrEnum(  # type: ignore[misc]
    "WantedState", {state.name: state.value for state in State} | {"UNFINISHED": OPEN, "ANY": ALL}
)


class OrderSort(StrEnum):
    """The orders of a list of orders."""

    NEWEST = "-opened_at"
    OLDEST = "opened_at"
    UPDATED = "updated_at"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What is wanted; empty means any. `state` is a state, `open` (the default: not ended) or `all`."""

    state: str = OPEN
    urgency: str = ""
    team: str = ""
    kind: str = ""
    category: str = ""
    assignee: str = ""
    text: str = ""
    is_late: bool = False
    since: date | None = None
    until: date | None = None
    updated_since: datetime | None = None
    sort: OrderSort = OrderSort.NEWEST

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "OrderFilter":
        """From an address; what makes no sense is left out (of the days `Days` says so)."""
        words: dict[str, Any] = {name: query.get(name, "").strip() for name in WORDS}
        days = Days.of(query)
        return cls(
            state=query.get("state", "") or OPEN,
            text=query.get("text", "").strip(),
            is_late=query.get("late") == "1",
            since=days.since,
            until=days.until,
            **words,
        )

    def apply(self, orders: QuerySet[WorkOrder], *, at: datetime) -> QuerySet[WorkOrder]:
        """The orders that match, in the order wanted; for that of changes, `with_updated_at`."""
        exact = {"urgency": self.urgency, "team__kind": self.team, "kind": self.kind, "category": self.category}
        orders = orders.filter(**{name: value for name, value in exact.items() if value})
        orders = _in_state(orders, self.state)
        if self.assignee:
            orders = orders.filter(assignee__user__name__icontains=self.assignee)
        if self.text:
            orders = orders.filter(_mentions(self.text))
        if self.is_late:
            orders = orders.filter(late(at))
        if self.updated_since:
            orders = orders.filter(changed_since(WorkOrder, self.updated_since))
        last = "-pk" if self.sort.startswith("-") else "pk"
        return self._within(orders).order_by(self.sort, last)

    def _within(self, orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
        """Opened from the first day to the last, both included."""
        days = Days(self.since, self.until)
        if days.starts_at:
            orders = orders.filter(opened_at__gte=days.starts_at)
        if days.ends_at:
            orders = orders.filter(opened_at__lt=days.ends_at)
        return orders


def with_updated_at(orders: QuerySet[WorkOrder]) -> QuerySet[WorkOrder]:
    """Each with `updated_at`: when it last changed."""
    return orders.annotate(updated_at=Coalesce(last_change(WorkOrder), "opened_at"))


def late(at: datetime) -> Q:
    """Orders with a running clock beyond its target, or with nobody on them."""
    beyond = SlaClock.objects.filter(
        order=OuterRef("pk"), stopped_at__isnull=True, paused_at__isnull=True, target_at__lt=at
    )
    return Exists(beyond) | Q(state__in=[State.NEW, State.REOPENED], waits_for="")


def _in_state(orders: QuerySet[WorkOrder], state: str) -> QuerySet[WorkOrder]:
    if state == OPEN:
        return orders.filter(ended_at__isnull=True)
    return orders.filter(state=state) if state in set(State) else orders


def _mentions(text: str) -> Q:
    in_place = Q(place__label__icontains=text) | Q(place__code__istartswith=text)
    return in_place | Q(number__iendswith=text) | Q(title__icontains=text)
