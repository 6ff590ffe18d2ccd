"""What can be done in billing: one verb each."""

from zhongshu.billing.actions.charging import charge_once
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
from zhongshu.billing.actions.late_fees import demand_late_fees, post_late_fees
from zhongshu.billing.actions.prepaying import end_prepayment, prepay
from zhongshu.billing.actions.charging import charge_once
from zhongshu.billing.actions.receiving import bounce_payment, receive
from zhongshu.billing.actions.relieving import (
    approve_relief,
    propose_relief,
    refuse_relief,
    reverse_charge,
    withdraw_relief,
)

__all__ = [
    "approve_refund",
    "approve_relief",
    "bounce_payment",
    "charge_once",
    "demand_late_fees",
    "draw_credit",
    "draw_credits",
    "end_dispute",
    "end_prepayment",
    "open_dispute",
    "pay_refund",
    "post_late_fees",
    "prepay",
    "propose_relief",
    "receive",
    "refund_credit",
    "refuse_refund",
    "refuse_relief",
    "reverse_charge",
    "withdraw_refund",
    "withdraw_relief",
]
