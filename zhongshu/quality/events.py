"""What others may react to."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.quality.kinds import Consequence, Direction, InquiryState
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.policies.measures import Measure


@event
@dataclass(frozen=True, kw_only=True)
class InquiryMoved(DomainEvent):
    """A site asked the quality department, or the department a site (from_state empty); answered, returned, closed."""

    name: ClassVar[str] = "quality.inquiry_moved"
    inquiry_id: Annotated[int, Told("Number of the inquiry.", name="inquiry", of="quality.Inquiry.number")]
    direction: Annotated[str, Told("Who asks whom.", words=Direction)]
    from_state: Annotated[str, Told("Its state before; empty when it was asked.", words=InquiryState)]
    to_state: Annotated[str, Told("Its state now.", words=InquiryState)]


@event
@dataclass(frozen=True, kw_only=True)
class CaseReviewed(DomainEvent):
    """A case of a sample was reviewed."""

    name: ClassVar[str] = "quality.case_reviewed"
    case_id: Annotated[int, Told("Number of the case.", name="case", of="cases.Case.number")]
    percent: Annotated[int, Told("The points in per cent.")]
    consequence: Annotated[str, Told("What a fault led to.", words=Consequence)]


@event
@dataclass(frozen=True, kw_only=True)
class EscalationAnswered(DomainEvent):
    """A level did something about an escalation."""

    name: ClassVar[str] = "quality.escalation_answered"
    order_id: Annotated[int, Told("Number of the order.", name="order", of="work.WorkOrder.number")]
    level: Annotated[str, Told("Who answered.", words=EscalationRole)]
    measure: Annotated[str, Told("What was done.", words=Measure)]


@event
@dataclass(frozen=True, kw_only=True)
class StandardAdopted(DomainEvent):
    """A site takes on a service standard, or an adoption was taken back before its day."""

    name: ClassVar[str] = "quality.standard_adopted"
    stars: Annotated[int, Told("One to five.")]
    is_undone: Annotated[bool, Told("Whether it was taken back.")]
