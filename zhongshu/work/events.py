"""What others may react to."""

from dataclasses import dataclass
from typing import ClassVar

from zhongshu.kernel.outbox import DomainEvent, event


@event
@dataclass(frozen=True, kw_only=True)
class OrderMoved(DomainEvent):
    """A work order made a legal move; `verb`, `from_state`, `to_state` are those of `work.lifecycle`."""

    name: ClassVar[str] = "work.order_moved"
    order_id: int
    verb: str
    from_state: str
    to_state: str
    reason: str


@event
@dataclass(frozen=True, kw_only=True)
class OrderUndispatched(DomainEvent):
    """Nobody at all could be found for an order; it waits, red on the board, and is tried again at every tick."""

    name: ClassVar[str] = "work.order_undispatched"
    order_id: int
