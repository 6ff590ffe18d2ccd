"""What others may react to."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.scene.kinds import Danger
from zhongshu.scene.lifecycle import AssistanceState

_CALL = Told("Number of the call for help.", name="assistance", of="scene.Assistance.number")


@event
@dataclass(frozen=True, kw_only=True)
class AssistanceMoved(DomainEvent):
    """Somebody called for help (from_state empty), help is coming, is there, was stood down or reported on."""

    name: ClassVar[str] = "scene.assistance_moved"
    assistance_id: Annotated[int, _CALL]
    danger: Annotated[str, Told("What the help is needed against.", words=Danger)]
    from_state: Annotated[str, Told("Its state before; empty when it was raised.", words=AssistanceState)]
    to_state: Annotated[str, Told("Its state now.", words=AssistanceState)]


@event
@dataclass(frozen=True, kw_only=True)
class CallWidened(DomainEvent):
    """Nobody had accepted a call for help in time: more people were called."""

    name: ClassVar[str] = "scene.call_widened"
    assistance_id: Annotated[int, _CALL]
    round: Annotated[int, Told("The how manieth call it was.")]
