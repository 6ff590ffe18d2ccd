"""Tags of identity."""

from typing import Any

from django import template
from django.template.context import RequestContext
from django.urls import resolve, reverse

from zhongshu.identity import masking
from zhongshu.identity.roles import ROLE_LABELS, Role

register = template.Library()


@register.filter
def masked(number: str | None) -> str:
    """A phone number with its middle hidden."""
    return masking.masked(number or "")


@register.filter
def role_label(role: str) -> Any:
    """The name of a role."""
    return ROLE_LABELS[Role(role)]


@register.simple_tag(takes_context=True)
def open_door(context: RequestContext, name: str, *arguments: object) -> str:
    """The address of a page if its door opens for who is signed in, at this site or another, else nothing."""
    url = reverse(name, args=arguments)
    right = getattr(resolve(url).func, "required_right", None)
    return url if right is None or context["request"].actor.may(right) else ""


@register.inclusion_tag("identity/parts/phone.html")
def phone_number(number: str | None, target_type: str, target_id: int | str) -> dict[str, Any]:
    """A masked number with the button that reveals it, after a reason."""
    return {"number": number or "", "target_type": target_type, "target_id": target_id}
