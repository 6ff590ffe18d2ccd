"""Tags of messaging's pages."""

from django import template

from zhongshu.identity.masking import masked
from zhongshu.messaging.kinds import FAULT_LABELS, WAY_LABELS, Fault, Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Delivery

register = template.Library()

_BADGES = {
    DeliveryState.WAITING: "amber",
    DeliveryState.HELD: "grey",
    DeliveryState.SENDING: "blue",
    DeliveryState.SENT: "blue",
    DeliveryState.DELIVERED: "green",
    DeliveryState.UNSURE: "amber",
    DeliveryState.FAILED: "red",
    DeliveryState.GIVEN_UP: "red",
    DeliveryState.WITHDRAWN: "grey",
}


@register.filter
def sent_badge(state: str) -> str:
    """The colour of a delivery's state."""
    return _BADGES[DeliveryState(state)]


@register.filter
def send_fault(fault: str | None) -> str:
    """Why a try did not succeed, in words."""
    return str(FAULT_LABELS[Fault(fault)]) if fault else ""


@register.filter
def way_label(way: str) -> str:
    """A way in words."""
    return str(WAY_LABELS[Way(way)])


@register.filter
def told_title(delivery: Delivery) -> str:
    """What the person was told, in a line."""
    told = delivery.message or delivery.notice
    return told.title if told else ""


@register.filter
def hidden_address(address: str) -> str:
    """Enough to know it again."""
    return masked(address)
