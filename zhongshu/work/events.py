"""What others may react to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.work.lifecycle import JobState, State, Verb

_ORDER = Told("Number of the order.", name="order", of="work.WorkOrder.number")


@event
@dataclass(frozen=True, kw_only=True)
class OrderMoved(DomainEvent):
    """A work order made a legal move; `verb`, `from_state`, `to_state` are those of `work.lifecycle`."""

    name: ClassVar[str] = "work.order_moved"
    order_id: Annotated[int, _ORDER]
    verb: Annotated[str, Told("What was done.", words=Verb)]
    from_state: Annotated[str, Told("Its state before.", words=State)]
    to_state: Annotated[str, Told("Its state now.", words=State)]
    reason: str


@event
@dataclass(frozen=True, kw_only=True)
class PriceDue(DomainEvent):
    """An order with a price agreed to is done: the customer owes it. Again, and then instead, when it is done anew."""

    name: ClassVar[str] = "work.price_due"
    order_id: Annotated[int, _ORDER]
    account_id: int | None
    agreement_id: int
    amount: Annotated[str, Told("What is owed, in yuan with two decimals.")]


@event
@dataclass(frozen=True, kw_only=True)
class VisitBooked(DomainEvent):
    """A visit was agreed with the customer, or (`starts_at` empty) called off."""

    name: ClassVar[str] = "work.visit_booked"
    order_id: Annotated[int, _ORDER]
    starts_at: Annotated[datetime | None, Told("From when somebody may come; empty: called off.")]
    ends_at: Annotated[datetime | None, Told("Until when somebody comes.")]


@event
@dataclass(frozen=True, kw_only=True)
class ContractorMoved(DomainEvent):
    """A contractor was handed an order, confirmed, arrived, finished, or had it recalled."""

    name: ClassVar[str] = "work.contractor_moved"
    order_id: Annotated[int, _ORDER]
    contractor: Annotated[str, Told("Name of the contractor.")]
    state: Annotated[str, Told("How far they are.", words=JobState)]


@event
@dataclass(frozen=True, kw_only=True)
class OrderUndispatched(DomainEvent):
    """Nobody at all could be found for an order; it waits, red on the board, and is tried again at every tick."""

    name: ClassVar[str] = "work.order_undispatched"
    order_id: Annotated[int, _ORDER]
