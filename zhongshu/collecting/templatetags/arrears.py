"""How the pages of arrears name reasons, outcomes and plans."""

from typing import Any

from django import template

from zhongshu.collecting.kinds import OUTCOME_LABELS, PLAN_STATE_LABELS, REASON_LABELS, Outcome, PlanState, Reason

register = template.Library()

_BADGES = {PlanState.KEPT: "green", PlanState.BROKEN: "red", PlanState.FULFILLED: "blue", PlanState.ENDED: "grey"}


@register.filter
def reason_name(kind: str) -> Any:
    return REASON_LABELS[Reason(kind)] if kind else ""


@register.filter
def outcome_name(kind: str) -> Any:
    return OUTCOME_LABELS[Outcome(kind)] if kind else ""


@register.filter
def plan_name(state: str) -> Any:
    return PLAN_STATE_LABELS[PlanState(state)] if state else ""


@register.filter
def plan_badge(state: str) -> str:
    return _BADGES[PlanState(state)] if state else "grey"
