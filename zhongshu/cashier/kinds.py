"""The words of the counter."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhongshu.billing.kinds import PaymentMethod

AT_COUNTER = (PaymentMethod.CASH, PaymentMethod.POS, PaymentMethod.TRANSFER, PaymentMethod.OTHER)


class CashGoes(StrEnum):
    """Where the cash of a shift goes when it ends."""

    BANK = "bank"
    COLLEAGUE = "colleague"
    DRAWER = "drawer"


CASH_GOES_LABELS = {
    CashGoes.BANK: _("存入银行"),
    CashGoes.COLLEAGUE: _("交接给同事"),
    CashGoes.DRAWER: _("留作下一班备用金"),
}

DENOMINATIONS = ("100", "50", "20", "10", "5", "1", "0.5", "0.1")
"""Notes and coins in use, yuan."""


class CardMoveKind(StrEnum):
    """What moved the balance of a card (一卡通)."""  # matter

    TOP_UP = "top_up"
    PAYMENT = "payment"
    SPENDING = "spending"
    RETURN = "return"
    REFUND = "refund"
    MOVED_OUT = "moved_out"
    MOVED_IN = "moved_in"


CARD_MOVE_LABELS = {
    CardMoveKind.TOP_UP: _("充值"),
    CardMoveKind.PAYMENT: _("缴费"),
    CardMoveKind.SPENDING: _("消费"),
    CardMoveKind.RETURN: _("撤销退回"),
    CardMoveKind.REFUND: _("退款"),
    CardMoveKind.MOVED_OUT: _("换卡转出"),
    CardMoveKind.MOVED_IN: _("换卡转入"),
}


class InvoiceKind(StrEnum):
    """A special one lets the buyer deduct the tax."""

    NORMAL = "normal"
    SPECIAL = "special"


INVOICE_KIND_LABELS = {InvoiceKind.NORMAL: _("普通发票"), InvoiceKind.SPECIAL: _("专用发票")}
