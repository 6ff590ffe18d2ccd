"""Articles and their versions: what counts where, and who may see the rest."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import may_everywhere
from zhongshu.identity.rights import Right
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.knowledge.kinds import Audience
from zhongshu.knowledge.lifecycle import UNSETTLED, VersionState
from zhongshu.knowledge.models import Article, Version
from zhongshu.knowledge.permissions import READ_KNOWLEDGE, WRITE_KNOWLEDGE


def not_found() -> NotFound:
    """The one answer for what is absent and for what is not yours."""
    return NotFound(_("没有找到这篇知识，或者您无权查看。"))


def may_at(actor: Actor, right: Right, site_id: int | None) -> bool:
    """Whether the right is held at the site; for what is the company's (None): at every site."""
    return may_everywhere(actor, right) if site_id is None else actor.may(right, site_id)


def in_force_at(site_id: int | None, day: date) -> QuerySet[Version]:
    """The versions that count at a site that day: its own, and the company's where it has none of that code.

    `site_id` None: the company's.
    """
    current = Version.objects.filter(in_force(day), state=VersionState.PUBLISHED)
    own = current.filter(article__site=site_id, article__code=OuterRef("article__code"))
    counts = Q(article__site=site_id) | (Q(article__site__isnull=True) & ~Exists(own))
    rows = current.filter(counts if site_id else Q(article__site__isnull=True))
    return rows.select_related("article__site").defer("words")


def shown(
    rows: QuerySet[Version], audiences: tuple[Audience, ...], kind: str = "", category: str = ""
) -> QuerySet[Version]:
    """Narrowed to whom it is for, what it is and what it is about, in the order of lists."""
    rows = rows.filter(audience__in=audiences)
    if kind:
        rows = rows.filter(article__kind=kind)
    if category:
        rows = rows.filter(categories__contains=[category])
    return rows.order_by("article__kind", "article__code")


def articles_of(actor: Actor) -> QuerySet[Article]:
    """The company's, and those of the sites at which the actor reads."""
    if not actor.may(READ_KNOWLEDGE):
        return Article.objects.none()
    sites = actor.sites(READ_KNOWLEDGE)
    rows = Article.objects.select_related("site", "owner")
    return rows if sites is None else rows.filter(Q(site__isnull=True) | Q(site__in=sites))


def article_by_id(actor: Actor, article_id: int) -> Article:
    """Raises NotFound, also for what the actor may not see."""
    article = articles_of(actor).filter(pk=article_id).first()
    if article is None:
        raise not_found()
    return article


def versions_of(actor: Actor, article: Article) -> QuerySet[Version]:
    """The settled versions; who writes there also sees what is not settled."""
    rows = article.versions.defer("words").select_related("written_by", "reviewed_by").order_by("-number")
    if may_at(actor, WRITE_KNOWLEDGE, article.site_id):
        return rows
    return rows.filter(published_at__isnull=False)


def version_of(actor: Actor, article: Article, day: date, number: int | None = None) -> Version:
    """The version of that number; without one, what counts that day, else the newest there is. Raises NotFound."""
    rows = list(versions_of(actor, article))
    if number is not None:
        rows = [row for row in rows if row.number == number]
    counting = [row for row in rows if counts_on(row, day)]
    for row in [*counting, *rows]:
        row.article = article
        return row
    raise not_found()


def counts_on(version: Version, day: date) -> bool:
    """Whether the version counts that day."""
    if version.state != VersionState.PUBLISHED or version.starts_on is None or version.starts_on > day:
        return False
    return version.ends_on is None or day < version.ends_on


def desk_of(actor: Actor) -> QuerySet[Version]:
    """What is being written or waits for review, where the actor writes; newest first."""
    sites = actor.sites(WRITE_KNOWLEDGE)
    rows = Version.objects.filter(state__in=UNSETTLED)
    if sites is not None:
        rows = rows.filter(article__site__in=sites)
    rows = rows.select_related("article__site", "written_by").defer("words")
    return rows.order_by("-state", "-pk")


def review_due(actor: Actor, day: date) -> list[Version]:
    """What is to be looked at again, where the actor writes; the longest due first, at most fifty."""
    sites = actor.sites(WRITE_KNOWLEDGE)
    rows = Version.objects.filter(in_force(day), state=VersionState.PUBLISHED, article__review_due_on__lte=day)
    if sites is not None:
        rows = rows.filter(article__site__in=sites)
    rows = rows.select_related("article__site", "article__owner").defer("words")
    return list(rows.order_by("article__review_due_on", "pk")[:50])
