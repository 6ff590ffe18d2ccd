"""What others may react to."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from zhongshu.kernel.outbox import DomainEvent, Told, event
from zhongshu.knowledge.kinds import ArticleKind

_CODE = Told("Code of the article; a site's own has the company's.", name="article", of="knowledge.Article.code")


@event
@dataclass(frozen=True, kw_only=True)
class VersionPublished(DomainEvent):
    """A version of an article was settled; it counts from `starts_on` on."""

    name: ClassVar[str] = "knowledge.version_published"
    article_id: Annotated[int, _CODE]
    kind: Annotated[str, Told("What the article is.", words=ArticleKind)]
    number: Annotated[int, Told("Number of the version, from 1.")]
    starts_on: Annotated[str, Told("The first day on which it counts.")]


@event
@dataclass(frozen=True, kw_only=True)
class ArticleRetired(DomainEvent):
    """An article counts no longer, and no version follows."""

    name: ClassVar[str] = "knowledge.article_retired"
    article_id: Annotated[int, _CODE]
    kind: Annotated[str, Told("What the article is.", words=ArticleKind)]


@event
@dataclass(frozen=True, kw_only=True)
class ReadingAsked(DomainEvent):
    """People were asked to read an article until a day."""

    name: ClassVar[str] = "knowledge.reading_asked"
    article_id: Annotated[int, _CODE]
    request_id: int
    people: Annotated[int, Told("How many were asked.")]
