"""The life of a call for help: its states and the one table of legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    """`calling`: nobody has accepted yet. `over`: stood down, the report is still to be written."""

    CALLING = "calling"
    COMING = "coming"
    THERE = "there"
    OVER = "over"
    REPORTED = "reported"


STATE_LABELS = {
    State.CALLING: _("呼叫中"),
    State.COMING: _("支援在途"),
    State.THERE: _("支援到场"),
    State.OVER: _("已解除，待报告"),
    State.REPORTED: _("已报告"),
}

OPEN = frozenset({State.CALLING, State.COMING, State.THERE})

#: Who comes later than the first changes nothing any more; a supplement to the report neither.
MOVES: dict[State, frozenset[State]] = {
    State.CALLING: frozenset({State.COMING, State.THERE, State.OVER}),
    State.COMING: frozenset({State.THERE, State.OVER, State.CALLING}),
    State.THERE: frozenset({State.OVER}),
    State.OVER: frozenset({State.REPORTED}),
    State.REPORTED: frozenset(),
}
