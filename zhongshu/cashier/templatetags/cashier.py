"""How the counter's pages write states and spans."""

from datetime import date

from django import template

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.cashier.lifecycle import ReleaseState

register = template.Library()

_BADGES = {ReleaseState.PROPOSED: "amber", ReleaseState.APPROVED: "green", ReleaseState.REFUSED: "red"}


@register.filter
def release_badge(state: str) -> str:
    return _BADGES.get(ReleaseState(state), "grey")


@register.filter
def method_name(method: str) -> str:
    return str(PAYMENT_METHOD_LABELS[PaymentMethod(method)])


@register.filter
def days_until(start: date, end: date) -> int:
    """How many days lie between."""
    return (end - start).days
