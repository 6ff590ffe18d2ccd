"""The words of collecting."""

from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class NoticeKind(StrEnum):
    """What an account is asked with, from the gentlest to the last before a court."""

    PAYMENT_REMINDER = "payment_reminder"
    PAYMENT_NOTICE = "payment_notice"
    FINAL_DEMAND = "final_demand"
    FORMAL_DEMAND = "formal_demand"
    LAWYER_LETTER = "lawyer_letter"


NOTICE_KIND_LABELS = {
    NoticeKind.PAYMENT_REMINDER: _("交费温馨提醒"),
    NoticeKind.PAYMENT_NOTICE: _("交费通知书"),
    NoticeKind.FINAL_DEMAND: _("催费通知书"),
    NoticeKind.FORMAL_DEMAND: _("催告函"),
    NoticeKind.LAWYER_LETTER: _("催费律师函"),
}

BILL = "bill"
"""The document that asks for nothing overdue: what is open by now, line by line."""

DOCUMENT_LABELS: dict[str, Any] = {BILL: _("账单")} | {str(kind): label for kind, label in NOTICE_KIND_LABELS.items()}


class Evidence(StrEnum):
    """How well it can be shown that a demand arrived."""

    SIGNED = "signed"
    RECEIPT = "receipt"
    DELIVERED = "delivered"
    SENT_ONLY = "sent_only"


EVIDENCE_LABELS = {
    Evidence.SIGNED: _("有签收"),
    Evidence.RECEIPT: _("回执"),
    Evidence.DELIVERED: _("已送达"),
    Evidence.SENT_ONLY: _("仅发出"),
}

ARRIVED = (Evidence.SIGNED, Evidence.RECEIPT, Evidence.DELIVERED)
"""A demand with such evidence starts the three years anew (民法典 195)."""  # matter


class Road(StrEnum):
    """By what a notice went: by messaging, on paper at the door, by registered mail, into the letter box."""

    MESSAGE = "message"
    DOOR = "door"
    MAIL = "mail"
    LETTER = "letter"


ROAD_LABELS = {
    Road.MESSAGE: _("消息"),
    Road.DOOR: _("上门递交"),
    Road.MAIL: _("挂号或快递"),
    Road.LETTER: _("纸质信函"),
}


class ContactManner(StrEnum):
    """How an account was spoken to about money."""

    PHONE = "phone"
    VISIT = "visit"
    MESSAGE = "message"


MANNER_LABELS = {ContactManner.PHONE: _("电话"), ContactManner.VISIT: _("上门"), ContactManner.MESSAGE: _("消息")}


class Outcome(StrEnum):
    """What came of it."""

    PROMISED = "promised"
    PAID = "paid"
    DISPUTED = "disputed"
    HARDSHIP = "hardship"
    REFUSED = "refused"
    UNREACHED = "unreached"
    OTHER = "other"


OUTCOME_LABELS = {
    Outcome.PROMISED: _("承诺交费"),
    Outcome.PAID: _("已交费"),
    Outcome.DISPUTED: _("对费用有异议"),
    Outcome.HARDSHIP: _("经济困难"),
    Outcome.REFUSED: _("拒绝交费"),
    Outcome.UNREACHED: _("未联系上"),
    Outcome.OTHER: _("其他"),
}


class PrintSubject(StrEnum):
    """What a print run prints."""

    NOTICES = "notices"
    BILLS = "bills"


PRINT_SUBJECT_LABELS = {PrintSubject.NOTICES: _("催费文书"), PrintSubject.BILLS: _("账单")}


class Reason(StrEnum):
    """Why an account does not pay."""

    DISPUTE = "dispute"
    FORGOT = "forgot"
    AWAY = "away"
    HARDSHIP = "hardship"
    MOVED = "moved"
    OTHER = "other"


REASON_LABELS = {
    Reason.DISPUTE: _("对费用有异议"),
    Reason.FORGOT: _("忘记交费"),
    Reason.AWAY: _("长期不在"),
    Reason.HARDSHIP: _("经济困难"),
    Reason.MOVED: _("已搬走"),
    Reason.OTHER: _("其他"),
}


class PlanState(StrEnum):
    """What becomes of a payment plan, as the money tells."""

    KEPT = "kept"
    BROKEN = "broken"
    FULFILLED = "fulfilled"
    ENDED = "ended"


PLAN_STATE_LABELS = {
    PlanState.KEPT: _("按期履行"),
    PlanState.BROKEN: _("未按期"),
    PlanState.FULFILLED: _("已还清"),
    PlanState.ENDED: _("已终止"),
}
