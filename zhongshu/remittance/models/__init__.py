"""Tables of remittance."""

from zhongshu.remittance.models.bank import (
    BankAccount,
    BankStatement,
    DebitAuthorisation,
    DebitBatch,
    DebitLayout,
    DebitLine,
    DebitReturn,
    StatementLine,
)
from zhongshu.remittance.models.online import (
    OnlineAlert,
    OnlineNotice,
    OnlineOrder,
    OnlineRefund,
    PayCode,
    ProviderAccount,
    ProviderBill,
    ProviderBillLine,
)

__all__ = [
    "BankAccount",
    "BankStatement",
    "DebitAuthorisation",
    "DebitBatch",
    "DebitLayout",
    "DebitLine",
    "DebitReturn",
    "OnlineAlert",
    "OnlineNotice",
    "OnlineOrder",
    "OnlineRefund",
    "PayCode",
    "ProviderAccount",
    "ProviderBill",
    "ProviderBillLine",
    "StatementLine",
]
