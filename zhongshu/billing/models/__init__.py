"""Tables of billing."""

from zhongshu.billing.models.charges import Allocation, Charge, Dispute, Relief
from zhongshu.billing.models.contracts import Contract, ContractStep
from zhongshu.billing.models.items import BillingPolicy, ChargeItem, ItemTerm, Tariff
from zhongshu.billing.models.meters import Meter, Reading, SharedCost, SharedShare
from zhongshu.billing.models.payments import Outflow, Payment, Prepayment, Refund
from zhongshu.billing.models.runs import BillRun, RunException

__all__ = [
    "Allocation",
    "BillRun",
    "BillingPolicy",
    "Charge",
    "ChargeItem",
    "Contract",
    "ContractStep",
    "Dispute",
    "ItemTerm",
    "Meter",
    "Outflow",
    "Payment",
    "Prepayment",
    "Reading",
    "Refund",
    "Relief",
    "RunException",
    "SharedCost",
    "SharedShare",
    "Tariff",
]
