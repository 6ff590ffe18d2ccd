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
