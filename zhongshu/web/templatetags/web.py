"""Tags and filters every template may use."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhongshu.kernel.clock import local

register = template.Library()


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite (`assets/icons.txt` lists the names)."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" width="20" height="20"><use href="{}#{}"></use></svg>',
        extra,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """The present query string with some parameters replaced; None or "" removes one."""
    request: HttpRequest = context["request"]
    params = request.GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = str(value)
    return "?" + urlencode(list(params.lists()), doseq=True)


@register.filter
def at(value: datetime | None) -> str:
    """An instant as `2026-03-05 14:07`, on the sites' clock."""
    return local(value).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def time_of(value: datetime | None) -> str:
    """An instant as `03-05 14:07`."""
    return local(value).strftime("%m-%d %H:%M") if value else ""


@register.filter
def day(value: date | None) -> str:
    """A day as `2026-03-05`."""
    return value.isoformat() if value else ""


@register.filter
def yuan(value: Decimal | None) -> str:
    """An amount as `1,234.50`."""
    return f"{value:,.2f}" if value is not None else ""


@register.filter
def plain(value: Decimal | None) -> str:
    """A quantity without idle zeros: `12.5`."""
    return f"{value.normalize():f}" if value is not None else ""


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or nothing."""
    return mapping.get(key) if mapping else None
