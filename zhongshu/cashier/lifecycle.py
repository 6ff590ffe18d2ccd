"""A shift from opening to its end, what is paid back of a deposit, cards and invoices."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ShiftState(StrEnum):
    """Counted but not handed over: the cash is the cashier's until somebody else has it."""

    OPEN = "open"
    COUNTED = "counted"
    CLOSED = "closed"


SHIFT_LABELS = {
    ShiftState.OPEN: _("收款中"),
    ShiftState.COUNTED: _("已清点，待交接"),
    ShiftState.CLOSED: _("已结束"),
}


class ReleaseState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RELEASE_LABELS = {
    ReleaseState.PROPOSED: _("待批准"),
    ReleaseState.APPROVED: _("已退"),
    ReleaseState.REFUSED: _("未批准"),
    ReleaseState.WITHDRAWN: _("已撤回"),
}


class CardState(StrEnum):
    """Blocked: lost or stolen, nothing is spent with it. Replaced: its balance went to another card."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    CLOSED = "closed"


CARD_LABELS = {
    CardState.ACTIVE: _("使用中"),
    CardState.BLOCKED: _("已挂失"),
    CardState.REPLACED: _("已换卡"),
    CardState.CLOSED: _("已销卡"),
}
LIVE_CARD = (CardState.ACTIVE, CardState.BLOCKED)


class InvoiceState(StrEnum):
    """An e-invoice from the request to the red one that takes it back.

    Issuing: it was handed to the tax platform, which has not said what became of it. Failed: nothing was issued; it is
    asked for anew, under another serial. A red invoice needs a confirmation (红字确认单) first.
    """  # matter

    REQUESTED = "requested"
    ISSUING = "issuing"
    ISSUED = "issued"
    FAILED = "failed"
    RED_REQUESTED = "red_requested"
    RED_CONFIRMED = "red_confirmed"
    RED_ISSUED = "red_issued"


INVOICE_LABELS = {
    InvoiceState.REQUESTED: _("待开具"),
    InvoiceState.ISSUING: _("开具中"),
    InvoiceState.ISSUED: _("已开具"),
    InvoiceState.FAILED: _("开具失败"),
    InvoiceState.RED_REQUESTED: _("红冲待确认"),
    InvoiceState.RED_CONFIRMED: _("红冲已确认"),
    InvoiceState.RED_ISSUED: _("已红冲"),
}
INVOICE_MOVES = {
    InvoiceState.REQUESTED: {InvoiceState.ISSUING, InvoiceState.FAILED},
    InvoiceState.ISSUING: {InvoiceState.ISSUED, InvoiceState.FAILED},
    InvoiceState.ISSUED: {InvoiceState.RED_REQUESTED},
    InvoiceState.FAILED: set(),
    InvoiceState.RED_REQUESTED: {InvoiceState.RED_CONFIRMED, InvoiceState.ISSUED},
    InvoiceState.RED_CONFIRMED: {InvoiceState.RED_ISSUED, InvoiceState.ISSUED},
    InvoiceState.RED_ISSUED: set(),
}
DEAD_INVOICE = (InvoiceState.FAILED, InvoiceState.RED_ISSUED)
"""These say nothing about money any more; all others count against what was paid."""
