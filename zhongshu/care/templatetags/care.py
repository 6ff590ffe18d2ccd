"""How bands look on pages, and where the accounts behind a number are: a face, a word and a colour, never the colour
alone."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from zhongshu.care.kinds import BAND_FACES, BAND_LABELS, Band
from zhongshu.care.queries.boards import GONE, NEW

register = template.Library()

_NO_BAND = {NEW: _("新户"), GONE: _("已迁出")}


@register.filter
def band_label(band: str) -> str | Promise:
    return _NO_BAND[band] if band in _NO_BAND else BAND_LABELS[Band(band)]


@register.filter
def band_face(band: str) -> str:
    return BAND_FACES[Band(band)] if band in BAND_FACES else ""


@register.filter
def signed(number: int | None) -> str:
    """+3, −2, and nothing for none."""
    return f"{number:+d}".replace("-", "−") if number else ""


@register.simple_tag(takes_context=True)
def behind(context: dict[str, Any], seen: Any, **narrowed: Any) -> str:
    """The accounts behind a number of the page: `{% behind seen band="poor" %}`, for its building, keeper and days."""
    typed = context["request"].GET
    facts = {"building": typed.get("building"), "keeper": typed.get("keeper"), "on": seen.on}
    facts |= {"before": seen.before.on} if typed.get("before") else {}
    said = {name: value for name, value in (facts | narrowed).items() if value not in (None, "")}
    return f"{reverse('care:accounts')}?{urlencode(said)}"


@register.simple_tag(takes_context=True)
def accounts_url(context: dict[str, Any], seen: Any, by: str, key: str, **narrowed: Any) -> str:
    """The accounts behind a cell of a table by keeper or building."""
    return behind(context, seen, **{by: key}, **narrowed)
