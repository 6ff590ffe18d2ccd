"""All writes of remittance, one verb each."""

from zhongshu.remittance.actions.alerts import accept_money, settle_alert
from zhongshu.remittance.actions.bills import fetch_bill, read_bill
from zhongshu.remittance.actions.codes import make_codes, revoke_code
from zhongshu.remittance.actions.due import ask_due, want_bills
from zhongshu.remittance.actions.merchants import save_merchant, switch_merchant
from zhongshu.remittance.actions.notices import hear
from zhongshu.remittance.actions.orders import Way, ask_order, open_order, open_order_by_code
from zhongshu.remittance.actions.refunds import approve_refund, ask_refund, decline_refund, propose_refund

__all__ = [
    "Way",
    "accept_money",
    "approve_refund",
    "ask_due",
    "ask_order",
    "ask_refund",
    "decline_refund",
    "fetch_bill",
    "hear",
    "make_codes",
    "open_order",
    "open_order_by_code",
    "propose_refund",
    "read_bill",
    "revoke_code",
    "save_merchant",
    "settle_alert",
    "switch_merchant",
    "want_bills",
]
