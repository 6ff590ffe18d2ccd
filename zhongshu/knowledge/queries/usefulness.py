"""Whether the articles help, and what is missing."""

from django.db.models import Count, Q, QuerySet

from zhongshu.identity.actor import Actor
from zhongshu.knowledge.models import Article, Feedback, MissedSearch
from zhongshu.knowledge.permissions import WRITE_KNOWLEDGE


def useful(article: Article) -> dict[str, int]:
    """`yes` and `no` over all its versions."""
    rows = Feedback.objects.filter(version__article=article)
    return rows.aggregate(yes=Count("pk", filter=Q(is_helpful=True)), no=Count("pk", filter=Q(is_helpful=False)))


def complaints_about(actor: Actor) -> QuerySet[Feedback]:
    """Articles that did not help, where the actor writes; newest first."""
    rows = Feedback.objects.filter(is_helpful=False).select_related("version__article", "user", "site")
    rows = rows.defer("version__words")
    sites = actor.sites(WRITE_KNOWLEDGE)
    return rows if sites is None else rows.filter(Q(version__article__site__in=sites) | Q(site__in=sites))


def missed_visible(actor: Actor) -> QuerySet[MissedSearch]:
    """What was looked for in vain at the sites where the actor writes, and is not settled; the most wanted first."""
    rows = actor.visible(MissedSearch.objects.filter(settled_at__isnull=True), WRITE_KNOWLEDGE)
    return rows.select_related("site").order_by("-times", "-last_at", "pk")
