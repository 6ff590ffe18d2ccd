"""What can be done in cashier: one verb each."""

from zhongshu.cashier.actions.closing import close_day
from zhongshu.cashier.actions.deposits import (
    Kept,
    approve_release,
    pay_release,
    propose_release,
    refuse_release,
    withdraw_release,
)
from zhongshu.cashier.actions.handovers import accept_handover, bank_handover, hand_over, refuse_handover
from zhongshu.cashier.actions.shifts import count_shift, open_shift, resume_shift
from zhongshu.cashier.actions.stand_ins import authorise_stand_in, revoke_stand_in
from zhongshu.cashier.actions.taking import (
    cancel_payment,
    pay_cash_refund,
    print_receipt,
    take_payment,
    take_prepayment,
)

__all__ = [
    "Kept",
    "accept_handover",
    "approve_release",
    "authorise_stand_in",
    "bank_handover",
    "cancel_payment",
    "close_day",
    "count_shift",
    "hand_over",
    "open_shift",
    "pay_cash_refund",
    "pay_release",
    "print_receipt",
    "propose_release",
    "refuse_handover",
    "refuse_release",
    "resume_shift",
    "revoke_stand_in",
    "take_payment",
    "take_prepayment",
    "withdraw_release",
]
