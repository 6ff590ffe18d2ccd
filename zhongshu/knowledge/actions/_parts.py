"""What the actions of knowledge share."""

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.knowledge.models import Article, Version
from zhongshu.knowledge.queries import articles_of, may_at, not_found


def locked_article(actor: Actor, article_id: int, right: Right) -> Article:
    """The article, locked until the transaction ends. Raises NotFound without the right there."""
    article = articles_of(actor).filter(pk=article_id).select_for_update(of=("self",)).first()
    if article is None or not may_at(actor, right, article.site_id):
        raise not_found()
    return article


def locked_version(actor: Actor, version_id: int, right: Right) -> Version:
    """The version and its article, both locked. Raises NotFound without the right there."""
    article_id = Version.objects.filter(pk=version_id).values_list("article_id", flat=True).first()
    if article_id is None:
        raise not_found()
    article = locked_article(actor, article_id, right)
    version = Version.objects.select_for_update().defer("words").get(pk=version_id)
    version.article = article
    return version
