"""How cases look."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.classification import Referral
from zhongshu.cases.kinds import REFERRAL_LABELS, SEVERITY_LABELS, Severity
from zhongshu.cases.lifecycle import CaseState, IncidentState
from zhongshu.people.kinds import TEAM_KIND_LABELS, TeamKind

register = template.Library()

CASE_COLOURS = {
    CaseState.OPEN: "blue",
    CaseState.FOLLOW_UP: "amber",
    CaseState.CLOSED: "green",
    CaseState.WITHDRAWN: "grey",
}

INCIDENT_COLOURS = {
    IncidentState.OPEN: "red",
    IncidentState.RESTORED: "amber",
    IncidentState.CLOSED: "green",
    IncidentState.WITHDRAWN: "grey",
}

LACK_LABELS = {
    "explanation": _("解释说明"),
    "contact": _("联系与致歉"),
    "feedback": _("结果反馈"),
    "answer": _("客户答复"),
    "tries": _("三次联系"),
    "signature": _("上级签字"),
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


@register.filter
def incident_badge(state: str) -> str:
    """The colour of an incident's state."""
    return INCIDENT_COLOURS[IncidentState(state)]


@register.filter
def severity_name(code: str) -> Any:
    return SEVERITY_LABELS[Severity(code)]


@register.filter
def lack_name(code: str) -> Any:
    """What a line of a complaint still lacks."""
    return LACK_LABELS[code]
