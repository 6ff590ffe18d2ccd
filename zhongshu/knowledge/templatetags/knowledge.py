"""How articles are shown."""

from django import template
from django.utils.safestring import SafeString

from zhongshu.knowledge.kinds import Kind
from zhongshu.knowledge.lifecycle import State
from zhongshu.knowledge.policies.markup import as_html
from zhongshu.work.kinds import ORDER_KIND_LABELS, URGENCY_LABELS, OrderKind, Urgency, category_name

register = template.Library()

_STATE_BADGES = {State.DRAFT: "grey", State.IN_REVIEW: "amber", State.PUBLISHED: "green", State.RETIRED: "red-soft"}
_KIND_BADGES = {Kind.SOP: "amber", Kind.SCRIPT: "blue", Kind.GUIDE: "green", Kind.LAW: "grey", Kind.FAQ: "grey"}


@register.filter
def article_text(text: str) -> SafeString:
    """Markdown, rendered."""
    return as_html(text)


@register.filter
def version_badge(state: str) -> str:
    return _STATE_BADGES[State(state)]


@register.filter
def kind_badge(kind: str) -> str:
    return _KIND_BADGES[Kind(kind)]


@register.filter
def named_categories(codes: list[str]) -> list[str]:
    return [category_name(code) for code in codes]


@register.filter
def named_urgencies(codes: list[str]) -> list[str]:
    return [f"{code} {URGENCY_LABELS[Urgency(code)]}" for code in codes]


@register.filter
def named_order_kinds(codes: list[str]) -> list[str]:
    return [str(ORDER_KIND_LABELS[OrderKind(code)]) for code in codes]
