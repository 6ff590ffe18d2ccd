"""How cases look."""

from typing import Any

from django import template

from zhongshu.cases.classification import Category, Referral
from zhongshu.cases.kinds import CATEGORY_LABELS, REFERRAL_LABELS
from zhongshu.cases.lifecycle import CaseState
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State

register = template.Library()

CASE_COLOURS = {
    CaseState.OPEN: "blue",
    CaseState.FOLLOW_UP: "amber",
    CaseState.CLOSED: "green",
    CaseState.WITHDRAWN: "grey",
}
URGENCY_COLOURS = {Urgency.P1: "red", Urgency.P2: "red-soft", Urgency.P3: "blue", Urgency.P4: "grey"}
ENDED_COLOURS = {State.DONE: "amber", State.SIGNED_OFF: "green", State.CLOSED: "green", State.WITHDRAWN: "grey"}


@register.filter
def case_state_colour(state: str) -> str:
    return CASE_COLOURS[CaseState(state)]


@register.filter
def case_urgency_colour(urgency: str) -> str:
    return URGENCY_COLOURS[Urgency(urgency)]


@register.filter
def order_colour(state: str) -> str:
    return ENDED_COLOURS.get(State(state), "blue")


@register.filter
def category_name(category: str) -> Any:
    return CATEGORY_LABELS[Category(category)]


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
