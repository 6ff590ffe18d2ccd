"""Tasks in words: what asks for them, what they ask, what a line still lacks."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.care.kinds import (
    HOLD_LABELS,
    LEGAL_STEP_LABELS,
    MANNER_LABELS,
    RULE_LABELS,
    TASK_LABELS,
    Hold,
    LegalStepKind,
    Manner,
    Rule,
    TaskState,
)
from zhongshu.identity.roles import ROLE_LABELS, Role

register = template.Library()

_LACKS = {
    "contact": _("还没有联系客户"),
    "tries": _("没联系上，要试满三次"),
    "paper": _("文书还没有递交"),
    "did": _("还没有记录做了什么"),
    "signature": _("等上一级签字"),
}
_BADGES = {"open": "blue", "done": "green", "withdrawn": "grey", "held": "amber"}


@register.filter
def rule_label(rule: str) -> str | Promise:
    return RULE_LABELS[Rule(rule)]


@register.filter
def asks(manner: str, rule: str) -> str | Promise:
    """How the table asks people to act; the gold card is brought."""
    return _("上门送金章服务卡、听意见") if rule == Rule.PREPAID_12 else MANNER_LABELS[Manner(manner)]


@register.filter
def role_label(role: str) -> str | Promise:
    return ROLE_LABELS[Role(role)]


@register.filter
def state_label(state: str) -> str | Promise:
    return TASK_LABELS[TaskState(state)]


@register.filter
def state_badge(state: str) -> str:
    """The colour of it, beside the word."""
    return _BADGES[state]


@register.filter
def hold_label(hold: str) -> str | Promise:
    return HOLD_LABELS[Hold(hold)]


@register.filter
def lack_label(lack: str) -> str | Promise:
    return _LACKS[lack]


@register.filter
def step_label(kind: str) -> str | Promise:
    return LEGAL_STEP_LABELS[LegalStepKind(kind)]
