"""Tables of work."""

from zhongshu.work.models.checklists import ChecklistEntry, ChecklistTemplate, OrderChecklist
from zhongshu.work.models.clock import EscalationStep, SlaClock, SlaPolicy
from zhongshu.work.models.contractors import Contractor, ContractorJob
from zhongshu.work.models.helping import AidRequest, AidSpell
from zhongshu.work.models.orders import DispatchDecision, OrderMove, OrderPhoto, WorkOrder
from zhongshu.work.models.prices import OrderMaterial, PriceAgreement, PriceItem
from zhongshu.work.models.tasks import ProgressReport, TaskTerms
from zhongshu.work.models.visits import PlannedVisit, SlotWindow, VisitSlot

__all__ = [
    "AidRequest",
    "AidSpell",
    "ChecklistEntry",
    "ChecklistTemplate",
    "Contractor",
    "ContractorJob",
    "DispatchDecision",
    "EscalationStep",
    "OrderChecklist",
    "OrderMaterial",
    "OrderMove",
    "OrderPhoto",
    "PlannedVisit",
    "PriceAgreement",
    "PriceItem",
    "ProgressReport",
    "SlaClock",
    "SlaPolicy",
    "SlotWindow",
    "TaskTerms",
    "VisitSlot",
    "WorkOrder",
]
