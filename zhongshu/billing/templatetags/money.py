"""How billing's pages write periods, rules and states."""

from datetime import date, timedelta
from typing import Any

from django import template

from zhongshu.billing.kinds import ORDER_USED_LABELS, PART_LABELS, OrderUsed, Part
from zhongshu.billing.lifecycle import ProposalState

register = template.Library()

_BADGES = {ProposalState.PROPOSED: "amber", ProposalState.APPROVED: "green", ProposalState.REFUSED: "red"}


@register.filter
def period(charged: Any) -> str:
    """What a charge is for: a month as 2026-04, else its first and last day."""
    first: date = charged.period_start
    last: date = charged.period_end - timedelta(days=1)
    if first.day == 1 and charged.period_end.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{first:%Y-%m}"
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"


@register.filter
def rule_name(rule: str) -> str:
    """By which rule money cleared a charge, in the reader's language."""
    return str(ORDER_USED_LABELS[OrderUsed(rule)]) if rule else ""


@register.filter
def part_name(part: str) -> str:
    return str(PART_LABELS[Part(part)])


@register.filter
def proposal_badge(state: str) -> str:
    return _BADGES.get(ProposalState(state), "grey")
