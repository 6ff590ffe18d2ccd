"""A shift from opening to its end, and what is paid back of a deposit."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ShiftState(StrEnum):
    """Counted but not handed over: the cash is the cashier's until somebody else has it."""

    OPEN = "open"
    COUNTED = "counted"
    CLOSED = "closed"


SHIFT_LABELS = {
    ShiftState.OPEN: _("收款中"),
    ShiftState.COUNTED: _("已清点，待交接"),
    ShiftState.CLOSED: _("已结束"),
}


class ReleaseState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


RELEASE_LABELS = {
    ReleaseState.PROPOSED: _("待批准"),
    ReleaseState.APPROVED: _("已退"),
    ReleaseState.REFUSED: _("未批准"),
    ReleaseState.WITHDRAWN: _("已撤回"),
}
