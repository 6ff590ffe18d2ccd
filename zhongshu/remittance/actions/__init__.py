"""All writes of remittance, one verb each."""

from zhongshu.remittance.actions.alerts import accept_money, settle_alert
from zhongshu.remittance.actions.banks import (
    authorise_debit,
    change_bank_account,
    end_authorisation,
    open_bank_account,
    save_layout,
)
from zhongshu.remittance.actions.bills import fetch_bill, read_bill, want_bill
from zhongshu.remittance.actions.codes import code_for, make_codes, revoke_code
from zhongshu.remittance.actions.debits import (
    book_collected,
    cancel_batch,
    fetch_file,
    make_batch,
    retry_booking,
    settle_debit,
    take_result,
)
from zhongshu.remittance.actions.due import ask_due, want_bills
from zhongshu.remittance.actions.merchants import save_merchant, switch_merchant
from zhongshu.remittance.actions.notices import hear
from zhongshu.remittance.actions.orders import (
    Way,
    ask_order,
    ask_order_now,
    offer_order,
    open_order,
    open_order_by_code,
    request_order,
)
from zhongshu.remittance.actions.refunds import allow_refund, approve_refund, ask_refund, decline_refund, propose_refund
from zhongshu.remittance.actions.statements import (
    clear_transit,
    confirm_certain,
    confirm_match,
    import_statement,
    look_again,
    look_for_matches,
    set_aside,
    undo_match,
)

__all__ = [
    "Way",
    "accept_money",
    "allow_refund",
    "approve_refund",
    "ask_due",
    "ask_order",
    "ask_order_now",
    "ask_refund",
    "authorise_debit",
    "book_collected",
    "cancel_batch",
    "change_bank_account",
    "clear_transit",
    "code_for",
    "confirm_certain",
    "confirm_match",
    "decline_refund",
    "end_authorisation",
    "fetch_bill",
    "fetch_file",
    "hear",
    "import_statement",
    "look_again",
    "look_for_matches",
    "make_batch",
    "make_codes",
    "offer_order",
    "open_bank_account",
    "open_order",
    "open_order_by_code",
    "propose_refund",
    "read_bill",
    "request_order",
    "retry_booking",
    "revoke_code",
    "save_layout",
    "save_merchant",
    "set_aside",
    "settle_alert",
    "settle_debit",
    "switch_merchant",
    "take_result",
    "undo_match",
    "want_bill",
    "want_bills",
]
