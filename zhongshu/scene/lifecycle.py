"""The life of a call for help: its states and the one table of legal moves."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class AssistanceState(StrEnum):
    """`calling`: nobody has accepted yet. `over`: stood down, the report is still to be written."""

    CALLING = "calling"
    COMING = "coming"
    THERE = "there"
    OVER = "over"
    REPORTED = "reported"


STATE_LABELS = {
    AssistanceState.CALLING: _("呼叫中"),
    AssistanceState.COMING: _("支援在途"),
    AssistanceState.THERE: _("支援到场"),
    AssistanceState.OVER: _("已解除，待报告"),
    AssistanceState.REPORTED: _("已报告"),
}

OPEN = frozenset({AssistanceState.CALLING, AssistanceState.COMING, AssistanceState.THERE})

#: Who comes later than the first changes nothing any more; a supplement to the report neither.
MOVES: dict[AssistanceState, frozenset[AssistanceState]] = {
    AssistanceState.CALLING: frozenset({AssistanceState.COMING, AssistanceState.THERE, AssistanceState.OVER}),
    AssistanceState.COMING: frozenset({AssistanceState.THERE, AssistanceState.OVER, AssistanceState.CALLING}),
    AssistanceState.THERE: frozenset({AssistanceState.OVER}),
    AssistanceState.OVER: frozenset({AssistanceState.REPORTED}),
    AssistanceState.REPORTED: frozenset(),
}
