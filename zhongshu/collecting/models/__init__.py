"""Tables of collecting."""

from zhongshu.collecting.models.contacts import Contact, ContactRule
from zhongshu.collecting.models.documents import DunningTemplate, Lawyer, PrintRun
from zhongshu.collecting.models.limitation import LimitationAlert
from zhongshu.collecting.models.notices import Delivery, Notice, NoticeCharge

__all__ = [
    "Contact",
    "ContactRule",
    "Delivery",
    "DunningTemplate",
    "Lawyer",
    "LimitationAlert",
    "Notice",
    "NoticeCharge",
    "PrintRun",
]
