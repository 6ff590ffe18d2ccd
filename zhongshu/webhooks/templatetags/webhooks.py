"""Tags of the webhooks' pages."""

from django import template

from zhongshu.webhooks.kinds import FAULT_LABELS, WebhookDeliveryState, WebhookFault

register = template.Library()

_BADGES = {
    WebhookDeliveryState.WAITING: "amber",
    WebhookDeliveryState.DELIVERED: "green",
    WebhookDeliveryState.FAILED: "red",
}


@register.filter
def delivery_badge(state: str) -> str:
    """The colour of a delivery's state."""
    return _BADGES[WebhookDeliveryState(state)]


@register.filter
def fault_label(fault: str) -> str:
    """Why a try got no answer, in words."""
    return str(FAULT_LABELS[WebhookFault(fault)])
