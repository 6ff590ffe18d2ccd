"""Tables of the counter."""

from zhongshu.cashier.models.cards import Card, CardMovement, CardRefund
from zhongshu.cashier.models.deposits import Deduction, DepositRelease
from zhongshu.cashier.models.invoices import Invoice, InvoiceLine, InvoiceMove, InvoiceSeller
from zhongshu.cashier.models.shifts import CashRefund, DailyClose, Handover, Shift, ShiftCount, StandIn, Taken

__all__ = [
    "Card",
    "CardMovement",
    "CardRefund",
    "CashRefund",
    "DailyClose",
    "Deduction",
    "DepositRelease",
    "Handover",
    "Invoice",
    "InvoiceLine",
    "InvoiceMove",
    "InvoiceSeller",
    "Shift",
    "ShiftCount",
    "StandIn",
    "Taken",
]
