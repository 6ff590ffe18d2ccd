"""Two at once: one of them is first, and nothing is done twice."""

from datetime import timedelta

import pytest

from tests.cast import DAY_ONE, Cast
from tests.knowledge.conftest import Library
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.models import OutboxEvent
from zhongshu.knowledge import actions, batch
from zhongshu.knowledge.errors import DraftThere, IllegalVersionMove, NothingToRead
from zhongshu.knowledge.models import ArticleEntry, MissedSearch, Version
from zhongshu.messaging.models import Message
from zhongshu.simulation.mishaps import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reviewers_two_writers_two_readers_two_ticks(transactional_db: None) -> None:
    library = Library(Cast.assemble(), DAY_ONE)
    cast, noon = library.cast, library.noon
    assert library.writer
    version = library.draft()
    reviewers = [cast.actor(Role.QUALITY, cast.yql, name=name) for name in ("甲", "乙")]
    actions.submit(actor=library.writer, at=noon, version_id=version.pk)

    answers = at_once(
        *[lambda who=who: actions.publish(actor=who, at=noon, version_id=version.pk) for who in reviewers]
    )
    assert sorted(type(answer).__name__ for answer in answers) == [IllegalVersionMove.__name__, Version.__name__]
    assert OutboxEvent.objects.filter(name="knowledge.version_published").count() == 1
    assert ArticleEntry.objects.filter(article=version.article_id, kind="published").count() == 1

    drafts = at_once(*[lambda: actions.new_version(actor=library.writer, at=noon, article_id=version.article_id)] * 2)
    assert sorted(type(draft).__name__ for draft in drafts) == [DraftThere.__name__, Version.__name__]

    guard = cast.actor(Role.GUARD, cast.yql)
    actions.ask_to_read(
        actor=library.writer,
        at=noon,
        article_id=version.article_id,
        site=cast.yql,
        roles=[Role.GUARD],
        due_on=day_of(noon) + timedelta(days=3),
    )
    later = noon + timedelta(days=3)
    ticks = at_once(*[lambda: batch.tick(at=later)] * 2)
    assert sum(done["readings_reminded"] for done in ticks) == 1
    assert Message.objects.filter(recipient_id=guard.user_id, title__startswith="还没有").count() == 1
    read = at_once(*[lambda: actions.confirm_read(actor=guard, at=later, article_id=version.article_id)] * 2)
    assert sum(isinstance(answer, NothingToRead) for answer in read) == 1

    missed = {"text": "飞碟", "site_id": cast.yql.pk, "by_resident": True, "at": noon}
    at_once(*[lambda: actions.note_missed(**missed)] * 3)
    assert MissedSearch.objects.get(text="飞碟").times == 3
