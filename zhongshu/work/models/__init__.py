"""Tables of work."""

from zhongshu.work.models.clock import EscalationStep, SlaClock, SlaPolicy
from zhongshu.work.models.orders import DispatchDecision, OrderMove, OrderPhoto, WorkOrder

__all__ = [
    "DispatchDecision",
    "EscalationStep",
    "OrderMove",
    "OrderPhoto",
    "SlaClock",
    "SlaPolicy",
    "WorkOrder",
]
