"""Tags of the webhooks' pages."""

from django import template

from zhongshu.webhooks.kinds import FAULT_LABELS, DeliveryState, Fault

register = template.Library()

_BADGES = {DeliveryState.WAITING: "amber", DeliveryState.DELIVERED: "green", DeliveryState.FAILED: "red"}


@register.filter
def delivery_badge(state: str) -> str:
    """The colour of a delivery's state."""
    return _BADGES[DeliveryState(state)]


@register.filter
def fault_label(fault: str) -> str:
    """Why a try got no answer, in words."""
    return str(FAULT_LABELS[Fault(fault)])
