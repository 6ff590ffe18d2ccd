"""What can be done in cashier: one verb each."""

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
    "accept_handover",
    "authorise_stand_in",
    "cancel_payment",
    "count_shift",
    "hand_over",
    "open_shift",
    "refuse_handover",
    "resume_shift",
    "revoke_stand_in",
    "take_payment",
]
