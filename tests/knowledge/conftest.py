"""A library with one writer and one reviewer at the site, and one of each for the company."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from tests.cast import Cast
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.knowledge import actions
from zhongshu.knowledge.models import Version
from zhongshu.knowledge.policies.content import Content

HEAD_WORDS: dict[str, Any] = {"title": "水箱清洗停水怎么答复", "steps": "先查公告\n再答复", "categories": ("plumbing",)}


@dataclass
class Library:
    cast: Cast
    noon: datetime

    @property
    def writer(self) -> Any:
        return self.cast.actor(Role.SERVICE_LEAD, self.cast.yql)

    @property
    def reviewer(self) -> Any:
        return self.cast.actor(Role.QUALITY, self.cast.yql)

    @property
    def author(self) -> Any:
        """Writes for the company."""
        return self.cast.actor(Role.QUALITY)

    @property
    def editor(self) -> Any:
        """Settles for the company."""
        return self.cast.actor(Role.HEAD_OFFICE)

    def draft(self, *, actor: Any = None, site: Site | None = None, kind: str = "sop", **words: Any) -> Version:
        """A draft of the site's writer, unless said otherwise."""
        content = Content(**(HEAD_WORDS | words))
        who, where = (actor, site) if actor else (self.writer, self.cast.yql)
        return actions.draft_article(actor=who, at=self.noon, site=where, kind=kind, content=content)

    def settled(self, *, at: datetime | None = None, **words: Any) -> Version:
        """Drafted, sent for review and published by the other."""
        version = self.draft(**words)
        is_company = version.article.site_id is None
        submitter, publisher = (self.author, self.editor) if is_company else (self.writer, self.reviewer)
        actions.submit(actor=submitter, at=at or self.noon, version_id=version.pk)
        return actions.publish(actor=publisher, at=at or self.noon, version_id=version.pk)


@pytest.fixture
def library(cast: Cast, noon: datetime) -> Library:
    """Everybody is there before anybody is told anything."""
    shelf = Library(cast, noon)
    assert all((shelf.writer, shelf.reviewer, shelf.author, shelf.editor))
    return shelf
