"""How articles are shown."""

from django import template
from django.utils.safestring import SafeString

from zhongshu.knowledge.kinds import ArticleKind
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.policies.markup import as_html
from zhongshu.work.kinds import ORDER_KIND_LABELS, URGENCY_LABELS, OrderKind, Urgency, category_name

register = template.Library()

_STATE_BADGES = {
    VersionState.DRAFT: "grey",
    VersionState.IN_REVIEW: "amber",
    VersionState.PUBLISHED: "green",
    VersionState.RETIRED: "red-soft",
}
_KIND_BADGES = {
    ArticleKind.SOP: "amber",
    ArticleKind.SCRIPT: "blue",
    ArticleKind.GUIDE: "green",
    ArticleKind.LAW: "grey",
    ArticleKind.FAQ: "grey",
}


@register.filter
def article_text(text: str) -> SafeString:
    """Markdown, rendered."""
    return as_html(text)


@register.filter
def version_badge(state: str) -> str:
    return _STATE_BADGES[VersionState(state)]


@register.filter
def kind_badge(kind: str) -> str:
    return _KIND_BADGES.get(ArticleKind(kind), "grey")


@register.filter
def named_categories(codes: list[str]) -> list[str]:
    return [category_name(code) for code in codes]


@register.filter
def named_urgencies(codes: list[str]) -> list[str]:
    return [f"{code} {URGENCY_LABELS[Urgency(code)]}" for code in codes]


@register.filter
def named_order_kinds(codes: list[str]) -> list[str]:
    return [str(ORDER_KIND_LABELS[OrderKind(code)]) for code in codes]
