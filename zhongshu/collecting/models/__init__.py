"""Tables of collecting."""

from zhongshu.collecting.models.contacts import Contact, ContactRule
from zhongshu.collecting.models.documents import DunningTemplate, Lawyer, PrintRun
from zhongshu.collecting.models.limitation import LimitationAlert
from zhongshu.collecting.models.notices import Delivery, Notice, NoticeCharge
from zhongshu.collecting.models.plans import Instalment, PaymentPlan, PlanCharge
from zhongshu.collecting.models.reasons import ArrearsReason

__all__ = [
    "ArrearsReason",
    "Contact",
    "ContactRule",
    "Delivery",
    "DunningTemplate",
    "Instalment",
    "Lawyer",
    "LimitationAlert",
    "Notice",
    "NoticeCharge",
    "PaymentPlan",
    "PlanCharge",
    "PrintRun",
]
