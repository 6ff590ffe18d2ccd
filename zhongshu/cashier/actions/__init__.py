"""What can be done in cashier: one verb each."""

from zhongshu.cashier.actions.card_money import (
    pay_with_card,
    spend_with_card,
    top_up_card,
)
from zhongshu.cashier.actions.card_refunds import (
    approve_card_refund,
    pay_card_refund,
    propose_card_refund,
    refuse_card_refund,
    withdraw_card_refund,
)
from zhongshu.cashier.actions.cards import (
    block_card,
    close_card,
    issue_card,
    replace_card,
    unblock_card,
)
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
from zhongshu.cashier.actions.invoices import request_invoice, request_red, set_up_invoices, want_red
from zhongshu.cashier.actions.issuing import ask_invoice, ask_invoices
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
    "approve_card_refund",
    "approve_release",
    "ask_invoice",
    "ask_invoices",
    "authorise_stand_in",
    "bank_handover",
    "block_card",
    "cancel_payment",
    "close_card",
    "close_day",
    "count_shift",
    "hand_over",
    "issue_card",
    "open_shift",
    "pay_card_refund",
    "pay_cash_refund",
    "pay_release",
    "pay_with_card",
    "print_receipt",
    "propose_card_refund",
    "propose_release",
    "refuse_card_refund",
    "refuse_handover",
    "refuse_release",
    "replace_card",
    "request_invoice",
    "request_red",
    "resume_shift",
    "revoke_stand_in",
    "set_up_invoices",
    "spend_with_card",
    "take_payment",
    "take_prepayment",
    "top_up_card",
    "unblock_card",
    "want_red",
    "withdraw_card_refund",
    "withdraw_release",
]
