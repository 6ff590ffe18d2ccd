"""What cases tell the other apps."""

from dataclasses import dataclass
from typing import ClassVar

from zhongshu.kernel.outbox import DomainEvent, event


@event
@dataclass(frozen=True, kw_only=True)
class CaseMoved(DomainEvent):
    """A case was heard (from_state empty), waits to be called back about, closed, reopened or was withdrawn."""

    name: ClassVar[str] = "cases.moved"
    case_id: int
    from_state: str
    to_state: str
