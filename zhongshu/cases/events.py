"""What cases tell the other apps."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.cases.kinds import Severity
from zhongshu.cases.lifecycle import CaseState, IncidentState
from zhongshu.kernel.outbox import DomainEvent, Told, event


@event
@dataclass(frozen=True, kw_only=True)
class CaseMoved(DomainEvent):
    """A case was heard (from_state empty), waits to be called back about, closed, reopened or was withdrawn."""

    name: ClassVar[str] = "cases.moved"
    case_id: Annotated[int, Told("Number of the case.", name="case", of="cases.Case.number")]
    from_state: Annotated[str, Told("Its state before; empty when it was heard.", words=CaseState)]
    to_state: Annotated[str, Told("Its state now.", words=CaseState)]


@event
@dataclass(frozen=True, kw_only=True)
class IncidentMoved(DomainEvent):
    """An incident was opened or announced (from_state empty), restored, closed or withdrawn."""

    name: ClassVar[str] = "cases.incident_moved"
    incident_id: Annotated[int, Told("Number of the incident.", name="incident", of="cases.Incident.number")]
    from_state: Annotated[str, Told("Its state before; empty when it was opened.", words=IncidentState)]
    to_state: Annotated[str, Told("Its state now.", words=IncidentState)]


@event
@dataclass(frozen=True, kw_only=True)
class ComplaintJudged(DomainEvent):
    """A complaint was judged. `account_id` is the household that pays with points, if it is known."""

    name: ClassVar[str] = "cases.complaint_judged"
    case_id: Annotated[int, Told("Number of the case.", name="case", of="cases.Case.number")]
    judgement_id: int
    account_id: int | None
    upheld: Annotated[bool, Told("Whether it was found right.")]
    severity: Annotated[str, Told("How grave it is.", words=Severity)]
    points: Annotated[int, Told("Points, negative.")]


@event
@dataclass(frozen=True, kw_only=True)
class JudgementReversed(DomainEvent):
    """A judgement no longer stands; a new one follows at once. `points` are given back."""

    name: ClassVar[str] = "cases.judgement_reversed"
    case_id: Annotated[int, Told("Number of the case.", name="case", of="cases.Case.number")]
    judgement_id: int
    account_id: int | None
    points: Annotated[int, Told("Points given back, positive.")]
