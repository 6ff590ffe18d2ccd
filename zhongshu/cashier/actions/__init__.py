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
from zhongshu.cashier.actions.shifts import (
    accept_handover,
    count_shift,
    hand_over,
    open_shift,
    refuse_handover,
    resume_shift,
)
from zhongshu.cashier.actions.stand_ins import authorise_stand_in, revoke_stand_in
from zhongshu.cashier.actions.taking import cancel_payment, take_payment

__all__ = [
    "Kept",
    "accept_handover",
    "approve_release",
    "authorise_stand_in",
    "cancel_payment",
    "close_day",
    "count_shift",
    "hand_over",
    "open_shift",
    "pay_release",
    "propose_release",
    "refuse_handover",
    "refuse_release",
    "resume_shift",
    "revoke_stand_in",
    "take_payment",
    "withdraw_release",
]
