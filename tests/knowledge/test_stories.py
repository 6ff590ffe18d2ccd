"""Written by one, settled by another, kept as it was; what a site has of its own counts there."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.knowledge.conftest import Library
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.knowledge import actions, batch, queries
from zhongshu.knowledge.errors import DraftThere, IllegalVersionMove, OwnText
from zhongshu.knowledge.models import Article, ArticleEntry, Version
from zhongshu.knowledge.policies.content import Content
from zhongshu.messaging.models import Message


def titles_at(library: Library, site_id: int, code: str) -> list[str]:
    rows = queries.in_force_at(site_id, day_of(library.noon)).filter(article__code=code)
    return [row.title for row in rows]


def test_a_draft_is_sent_back_mended_and_published_by_somebody_else(library: Library) -> None:
    version = library.draft(steps="")
    with pytest.raises(Invalid) as no_steps:
        actions.submit(actor=library.writer, at=library.noon, version_id=version.pk)
    assert no_steps.value.field == "steps"
    words = Content(title="停水怎么答复", steps="查公告", categories=("plumbing",))
    actions.edit_draft(actor=library.writer, at=library.noon, version_id=version.pk, content=words)
    actions.submit(actor=library.writer, at=library.noon, version_id=version.pk)
    assert Message.objects.get(recipient_id=library.reviewer.user_id).title == "知识待审核：停水怎么答复"

    actions.send_back(actor=library.reviewer, at=library.noon, version_id=version.pk, note="写上公告在哪里")
    assert Message.objects.get(recipient_id=library.writer.user_id).body == "写上公告在哪里"
    assert titles_at(library, library.cast.yql.pk, version.article.code) == []
    actions.submit(actor=library.writer, at=library.noon, version_id=version.pk)
    actions.publish(actor=library.reviewer, at=library.noon, version_id=version.pk, review_months=6)

    version.refresh_from_db()
    assert (version.state, version.reviewed_by_id) == ("published", library.reviewer.user_id)
    assert str(Article.objects.get(pk=version.article_id).review_due_on) == "2027-05-04"
    assert titles_at(library, library.cast.yql.pk, version.article.code) == ["停水怎么答复"]
    assert titles_at(library, library.cast.xh.pk, version.article.code) == []
    kinds = ArticleEntry.objects.filter(article=version.article_id).values_list("kind", flat=True)
    assert list(kinds) == ["drafted", "edited", "submitted", "sent_back", "submitted", "published"]
    assert AuditEntry.objects.filter(verb="knowledge.published").count() == 1
    assert OutboxEvent.objects.get(name="knowledge.version_published").payload["number"] == 1


def test_who_wrote_any_of_it_does_not_settle_it(library: Library) -> None:
    version = library.draft(actor=library.author, site=None)
    content = Content(title="改过", steps="一")
    actions.edit_draft(actor=library.editor, at=library.noon, version_id=version.pk, content=content)
    actions.submit(actor=library.author, at=library.noon, version_id=version.pk)
    for writer in (library.author, library.editor):
        with pytest.raises(OwnText):
            actions.publish(actor=writer, at=library.noon, version_id=version.pk)
    assert Version.objects.get(pk=version.pk).state == "in_review"


def test_what_is_published_is_never_edited_a_new_version_follows(library: Library) -> None:
    first = library.settled()
    with pytest.raises(IllegalVersionMove):
        actions.edit_draft(
            actor=library.writer, at=library.noon, version_id=first.pk, content=Content(title="改", steps="改")
        )
    for change in ({"title": "偷改"}, {"body": "偷改"}, {"reviewed_by_id": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.filter(pk=first.pk).update(**change)
    for table in (ArticleEntry.objects.filter(article=first.article_id), Version.objects.filter(pk=first.pk)):
        with pytest.raises(DatabaseError), transaction.atomic():
            table.delete()

    second = actions.new_version(actor=library.writer, at=library.noon, article_id=first.article_id)
    with pytest.raises(DraftThere):
        actions.new_version(actor=library.writer, at=library.noon, article_id=first.article_id)
    words = Content(title="新标题", steps="先查公告\n再看短信\n再答复")
    actions.edit_draft(actor=library.writer, at=library.noon, version_id=second.pk, content=words)
    actions.submit(actor=library.writer, at=library.noon, version_id=second.pk)
    next_week = day_of(library.noon) + timedelta(days=7)
    actions.publish(actor=library.reviewer, at=library.noon, version_id=second.pk, starts_on=next_week)

    yql = library.cast.yql.pk
    assert titles_at(library, yql, first.article.code) == [first.title]
    later = library.noon + timedelta(days=7)
    assert batch.tick(at=later)["versions_retired"] == 1
    assert batch.tick(at=later)["versions_retired"] == 0
    counting = queries.in_force_at(yql, next_week).get(article=first.article_id)
    assert (counting.title, counting.number) == ("新标题", 2)
    assert Version.objects.get(pk=first.pk).state == "retired"


def test_a_sites_own_version_counts_there_instead_of_the_companys(library: Library) -> None:
    whole = library.settled(actor=library.author, site=None)
    own = actions.adapt(actor=library.writer, at=library.noon, article_id=whole.article_id, site=library.cast.yql)
    assert own.article.code == whole.article.code
    with pytest.raises(DraftThere):
        actions.adapt(actor=library.writer, at=library.noon, article_id=whole.article_id, site=library.cast.yql)
    actions.edit_draft(
        actor=library.writer, at=library.noon, version_id=own.pk, content=Content(title="云栖里的做法", steps="一")
    )
    actions.submit(actor=library.writer, at=library.noon, version_id=own.pk)
    assert titles_at(library, library.cast.yql.pk, own.article.code) == [whole.title]
    actions.publish(actor=library.reviewer, at=library.noon, version_id=own.pk)
    assert titles_at(library, library.cast.yql.pk, own.article.code) == ["云栖里的做法"]
    assert titles_at(library, library.cast.xh.pk, own.article.code) == [whole.title]
    actions.retire(actor=library.reviewer, at=library.noon, article_id=own.article_id, note="并回公司版")
    assert titles_at(library, library.cast.yql.pk, own.article.code) == [whole.title]
    with pytest.raises(IllegalVersionMove):
        actions.retire(actor=library.reviewer, at=library.noon, article_id=own.article_id, note="再停一次")


def test_who_may_not_is_told_nothing_and_changes_nothing(library: Library) -> None:
    version = library.draft()
    cast, noon = library.cast, library.noon
    for role, site in ((Role.KEEPER, cast.yql), (Role.SITE_MANAGER, cast.yql), (Role.QUALITY, cast.xh)):
        stranger = cast.actor(role, site)
        with pytest.raises(NotFound):
            actions.edit_draft(
                actor=stranger, at=noon, version_id=version.pk, content=Content(title="闯入", steps="闯入")
            )
        with pytest.raises(NotFound):
            actions.submit(actor=stranger, at=noon, version_id=version.pk)
    with pytest.raises(NotFound):
        library.draft(actor=library.writer, site=None)  # the company's is not for one site's lead
    with pytest.raises(NotFound):
        actions.publish(actor=library.writer, at=noon, version_id=version.pk)
    assert list(queries.versions_of(cast.actor(Role.KEEPER, cast.yql), version.article)) == []
    assert Version.objects.get(pk=version.pk).title == version.title


def test_the_owner_is_reminded_when_it_is_due_and_not_every_day(library: Library) -> None:
    Article.objects.exclude(site=library.cast.yql).update(review_due_on=None)
    version = library.settled()
    library.settled()
    due = library.noon + timedelta(days=366)
    assert batch.tick(at=due)["articles_to_review"] == 2
    reminded = Message.objects.filter(kind="knowledge_review", recipient_id=library.writer.user_id)
    assert reminded.get().title == "有 2 篇知识到期复核"
    batch.tick(at=due + timedelta(days=1))
    assert reminded.count() == 1
    batch.tick(at=due + timedelta(days=14))
    assert reminded.count() == 2
    later = due + timedelta(days=15)
    actions.confirm_right(actor=library.writer, at=later, article_id=version.article_id, note="仍适用")
    batch.tick(at=later + timedelta(days=14))
    assert reminded.latest("pk").title == "有 1 篇知识到期复核"


def test_of_what_nobody_owns_whoever_may_write_it_hears(library: Library) -> None:
    shipped = Article.objects.filter(site__isnull=True).count()
    assert shipped > 70
    assert batch.tick(at=library.noon + timedelta(days=100))["articles_to_review"] == shipped
    reminded = Message.objects.filter(kind="knowledge_review")
    assert set(reminded.values_list("recipient_id", flat=True)) == {library.author.user_id, library.editor.user_id}
    assert not reminded.filter(recipient_id=library.writer.user_id).exists()


def test_an_owner_must_be_able_to_write(library: Library) -> None:
    version = library.settled()
    keeper = library.cast.user(Role.KEEPER, library.cast.yql)
    with pytest.raises(Invalid):
        actions.give_to(actor=library.writer, at=library.noon, article_id=version.article_id, owner=keeper)
    quality = library.cast.user(Role.QUALITY, library.cast.yql)
    actions.give_to(actor=library.writer, at=library.noon, article_id=version.article_id, owner=quality)
    assert Article.objects.get(pk=version.article_id).owner == quality


def test_a_draft_given_up_makes_room_for_another(library: Library) -> None:
    first = library.settled()
    second = actions.new_version(actor=library.writer, at=library.noon, article_id=first.article_id)
    actions.discard(actor=library.writer, at=library.noon, version_id=second.pk)
    with pytest.raises(IllegalVersionMove):
        actions.discard(actor=library.writer, at=library.noon, version_id=first.pk)
    third = actions.new_version(actor=library.writer, at=library.noon, article_id=first.article_id)
    assert (third.number, third.title) == (3, first.title)
