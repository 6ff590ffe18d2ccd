"""What the counter refuses."""

from zhongshu.kernel.errors import Invalid, Refusal


class NoShift(Refusal):
    """Money is taken in an open shift of one's own."""

    code = "no_shift"


class ShiftBusy(Refusal):
    """Not in this state of the shift."""

    code = "shift_state"


class NotEnoughCash(Refusal):
    """The drawer holds less than that."""

    code = "not_enough_cash"


class DayClosed(Refusal):
    """The counter's day is closed."""

    code = "day_closed"


class DifferenceUnexplained(Invalid):
    """Cash too much or too little needs a reason."""

    code = "difference_unexplained"


class CardNotUsable(Refusal):
    """Blocked, replaced or closed, or something about it is not settled."""

    code = "card_state"


class BalanceTooSmall(Refusal):
    """The card holds less than that."""

    code = "balance_too_small"


class NumberTaken(Refusal):
    """Another card has that number."""

    code = "card_number_taken"


class IllegalInvoiceMove(Refusal):
    """Not in this state of the invoice."""

    code = "invoice_state"


class NothingToInvoice(Refusal):
    """All of it is invoiced already, was not paid, or is not to be invoiced (deposits)."""

    code = "nothing_to_invoice"


class NoInvoiceSeller(Refusal):
    """The site has not said in whose name it invoices."""

    code = "no_invoice_seller"
