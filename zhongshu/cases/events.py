"""What cases tell the other apps."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.cases.lifecycle import CaseState
from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class CaseMoved(DomainEvent):
    """A case was heard (from_state empty), waits to be called back about, closed, reopened or was withdrawn."""

    name: ClassVar[str] = "cases.moved"
    case_id: Annotated[int, Told("Number of the case.", name="case", of="cases.Case.number")]
    from_state: Annotated[str, Told("Its state before; empty when it was heard.", words=CaseState)]
    to_state: Annotated[str, Told("Its state now.", words=CaseState)]
