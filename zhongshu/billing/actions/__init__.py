"""What can be done in billing: one verb each."""

from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.actions.contracting import sign_contract, terminate_contract
from zhongshu.billing.actions.crediting import (
    approve_refund,
    draw_credit,
    draw_credits,
    pay_refund,
    refund_credit,
    refuse_refund,
    withdraw_refund,
)
from zhongshu.billing.actions.disputing import end_dispute, open_dispute
from zhongshu.billing.actions.items import add_item, edit_item, take_over_items
from zhongshu.billing.actions.late_fees import demand_late_fees, post_late_fees
from zhongshu.billing.actions.metering import (
    add_meter,
    remove_meter,
    replace_meter,
    reverse_reading,
    take_reading,
)
from zhongshu.billing.actions.prepaying import end_prepayment, prepay
from zhongshu.billing.actions.pricing import approve_price, propose_price, refuse_price, withdraw_price
from zhongshu.billing.actions.receiving import bounce_payment, receive
from zhongshu.billing.actions.relieving import (
    approve_relief,
    propose_relief,
    refuse_relief,
    reverse_charge,
    withdraw_relief,
)
from zhongshu.billing.actions.repairs import charge_repair
from zhongshu.billing.actions.sharing import cancel_cost, share_cost
from zhongshu.billing.actions.terms import end_term, set_policy, set_term

__all__ = [
    "add_item",
    "add_meter",
    "approve_price",
    "approve_refund",
    "approve_relief",
    "bounce_payment",
    "cancel_cost",
    "charge_once",
    "charge_repair",
    "demand_late_fees",
    "draw_credit",
    "draw_credits",
    "edit_item",
    "end_dispute",
    "end_prepayment",
    "end_term",
    "open_dispute",
    "pay_refund",
    "post_late_fees",
    "prepay",
    "propose_price",
    "propose_relief",
    "receive",
    "refund_credit",
    "refuse_price",
    "refuse_refund",
    "refuse_relief",
    "remove_meter",
    "replace_meter",
    "reverse_charge",
    "reverse_reading",
    "set_policy",
    "set_term",
    "share_cost",
    "sign_contract",
    "take_over_items",
    "take_reading",
    "terminate_contract",
    "withdraw_price",
    "withdraw_refund",
    "withdraw_relief",
]
