"""Writing: a new article, a new version of one, a site's own version; and changing what is not settled."""

from datetime import datetime
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.knowledge.actions._parts import locked_article, locked_version
from zhongshu.knowledge.engine.versions import columns, log, move
from zhongshu.knowledge.errors import DraftThere, IllegalVersionMove
from zhongshu.knowledge.kinds import ArticleKind, EntryKind
from zhongshu.knowledge.lifecycle import UNSETTLED, VersionState
from zhongshu.knowledge.models import Article, Version
from zhongshu.knowledge.permissions import WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.content import Content, tidy
from zhongshu.knowledge.policies.dates import USUAL_MONTHS
from zhongshu.knowledge.queries import article_by_id, may_at, not_found


@transaction.atomic
def draft_article(*, actor: Actor, at: datetime, site: Site | None, kind: str, content: Content) -> Version:
    """A new article, of the site or (None) of the company, as a draft. Raises NotFound, Invalid."""
    if not may_at(actor, WRITE_KNOWLEDGE, site.pk if site else None):
        raise not_found()
    if kind not in set(ArticleKind):
        raise Invalid(_("没有这个选项。"), field="kind")
    words = tidy(content)
    article = Article.objects.create(
        site=site, code=f"{kind}-{token_hex(4)}", kind=kind, owner_id=actor.user_id, review_months=USUAL_MONTHS
    )
    return _drafted(article, words, number=1, actor=actor, at=at)


@transaction.atomic
def new_version(*, actor: Actor, at: datetime, article_id: int) -> Version:
    """A draft of the next version, with the words of the last one. Raises NotFound, DraftThere."""
    article = locked_article(actor, article_id, WRITE_KNOWLEDGE)
    last = article.versions.order_by("-number").first()
    if last is None:
        raise not_found()
    if article.versions.filter(state__in=UNSETTLED).exists():
        raise DraftThere(_("这篇知识已有未发布的版本，请在它上面修改。"))
    return _drafted(article, last.content, number=last.number + 1, actor=actor, at=at)


@transaction.atomic
def adapt(*, actor: Actor, at: datetime, article_id: int, site: Site) -> Version:
    """The site's own version of a company-wide article, as a draft with the same words. Raises NotFound, DraftThere."""
    article = article_by_id(actor, article_id)
    if not may_at(actor, WRITE_KNOWLEDGE, site.pk):
        raise not_found()
    last = article.versions.filter(published_at__isnull=False).order_by("-number").first()
    if article.site_id is not None or last is None:
        raise Invalid(_("只有公司通用且已发布的知识才能另立项目版本。"))
    named = {"kind": article.kind, "owner_id": actor.user_id, "review_months": article.review_months}
    own, is_new = Article.objects.get_or_create(site=site, code=article.code, defaults=named)
    if not is_new:
        raise DraftThere(_("本项目已有这篇知识的自有版本。"))
    return _drafted(own, last.content, number=1, actor=actor, at=at)


@transaction.atomic
def edit_draft(*, actor: Actor, at: datetime, version_id: int, content: Content) -> Version:
    """Other words for a draft. Raises NotFound, Invalid, IllegalVersionMove once it is sent for review."""
    version = locked_version(actor, version_id, WRITE_KNOWLEDGE)
    if version.state != VersionState.DRAFT:
        raise IllegalVersionMove(_("只能修改草稿；已发布的内容请另立新版本。"))
    changed = columns(tidy(content))
    for name, value in changed.items():
        setattr(version, name, value)
    version.save(update_fields=list(changed))
    log(version.article, version, EntryKind.EDITED, actor=actor, at=at)
    return version


@transaction.atomic
def discard(*, actor: Actor, at: datetime, version_id: int) -> Version:
    """Give a draft up. Raises NotFound, IllegalVersionMove."""
    version = locked_version(actor, version_id, WRITE_KNOWLEDGE)
    if version.state == VersionState.PUBLISHED:
        raise IllegalVersionMove(_("已发布的版本请用“停用”。"))
    move(version, VersionState.RETIRED)
    log(version.article, version, EntryKind.RETIRED, actor=actor, at=at)
    return version


def _drafted(article: Article, content: Content, *, number: int, actor: Actor, at: datetime) -> Version:
    version = Version.objects.create(
        article=article, number=number, state=VersionState.DRAFT, written_by_id=actor.user_id, **columns(content)
    )
    log(article, version, EntryKind.DRAFTED, actor=actor, at=at)
    return version
