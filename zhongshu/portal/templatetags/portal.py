"""How far a matter is, in the customer's words."""

from django import template
from django.utils.translation import gettext as _

from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case

register = template.Library()
COLOURS = {
    CaseState.OPEN: "amber",
    CaseState.FOLLOW_UP: "blue",
    CaseState.CLOSED: "green",
    CaseState.WITHDRAWN: "grey",
}


@register.filter
def progress_words(case: Case) -> str:
    """处理中, 请您评价, 已办结, 已取消."""
    words = {
        CaseState.OPEN: _("处理中"),
        CaseState.FOLLOW_UP: _("请您评价"),
        CaseState.CLOSED: _("已办结"),
        CaseState.WITHDRAWN: _("已取消"),
    }
    return words[CaseState(case.state)]


@register.filter
def progress_colour(case: Case) -> str:
    """The colour of the badge."""
    return COLOURS[CaseState(case.state)]
