"""What others may react to."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.work.lifecycle import State, Verb

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
class OrderUndispatched(DomainEvent):
    """Nobody at all could be found for an order; it waits, red on the board, and is tried again at every tick."""

    name: ClassVar[str] = "work.order_undispatched"
    order_id: Annotated[int, _ORDER]
