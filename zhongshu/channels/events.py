"""What the channels tell the other apps."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.channels.kinds import CallBackOutcome, CallState, HotlineState
from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class CallMoved(DomainEvent):
    """A call rings, is answered, missed, finds the line engaged, or is over."""

    name: ClassVar[str] = "channels.call_moved"
    call_id: Annotated[int, Told("The call as the telephone system knows it.", name="call", of="channels.Call.call_id")]
    to_state: Annotated[str, Told("How it stands now.", words=CallState)]


@event
@dataclass(frozen=True, kw_only=True)
class CallBackClosed(DomainEvent):
    """A caller who had been missed was called, written to, called again by themselves, or could not be reached."""

    name: ClassVar[str] = "channels.call_back_closed"
    call_back_id: int
    outcome: Annotated[str, Told("How it ended.", words=CallBackOutcome)]


@event
@dataclass(frozen=True, kw_only=True)
class SheetMoved(DomainEvent):
    """An order sheet of the 12345 hotline came (from_state empty), was signed for, answered, closed or returned."""

    name: ClassVar[str] = "channels.sheet_moved"
    sheet_id: Annotated[int, Told("Number of the order sheet.", name="sheet", of="channels.HotlineSheet.number")]
    from_state: Annotated[str, Told("Its state before; empty when it came.", words=HotlineState)]
    to_state: Annotated[str, Told("Its state now.", words=HotlineState)]
