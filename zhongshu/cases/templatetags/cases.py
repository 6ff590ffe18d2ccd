"""How cases look."""

from typing import Any

from django import template

from zhongshu.cases.classification import Referral
from zhongshu.cases.kinds import REFERRAL_LABELS
from zhongshu.cases.lifecycle import CaseState
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind

register = template.Library()

CASE_COLOURS = {
    CaseState.OPEN: "blue",
    CaseState.FOLLOW_UP: "amber",
    CaseState.CLOSED: "green",
    CaseState.WITHDRAWN: "grey",
}


@register.filter
def case_badge(state: str) -> str:
    """The colour of a case's state."""
    return CASE_COLOURS[CaseState(state)]


@register.filter
def team_name(kind: str) -> Any:
    return TEAM_KIND_LABELS[TeamKind(kind)]


@register.filter
def referral_name(code: str) -> Any:
    return REFERRAL_LABELS[Referral(code)]


@register.filter
def percent(share: float) -> str:
    """0.873 → `87%`."""
    return f"{share:.0%}"
