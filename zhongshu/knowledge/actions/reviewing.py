"""Settling: sent for review, sent back, published by somebody else, looked at again, retired."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish as announce
from zhongshu.kernel.periods import not_ended
from zhongshu.kernel.words import short, stated
from zhongshu.knowledge.actions._parts import locked_article, locked_version
from zhongshu.knowledge.engine.versions import end, log, move, writers_at
from zhongshu.knowledge.errors import IllegalVersionMove, OwnText
from zhongshu.knowledge.events import ArticleRetired, VersionPublished
from zhongshu.knowledge.kinds import WROTE, ArticleKind, EntryKind
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.models import Article, Version
from zhongshu.knowledge.permissions import REVIEW_KNOWLEDGE, WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.content import require_enough
from zhongshu.knowledge.policies.dates import MOST_MONTHS, review_due
from zhongshu.messaging.actions import tell
from zhongshu.work.queries import people_holding

NOTE_LENGTH = 500


@transaction.atomic
def submit(*, actor: Actor, at: datetime, version_id: int, note: str = "") -> Version:
    """Send a draft for review; who may settle it is told. Raises NotFound, Invalid, IllegalVersionMove."""
    version = locked_version(actor, version_id, WRITE_KNOWLEDGE)
    said = short(note, field="note", most=NOTE_LENGTH, what=_("说明"))
    require_enough(ArticleKind(version.article.kind), version.content)
    move(version, VersionState.IN_REVIEW)
    entry = log(version.article, version, EntryKind.SUBMITTED, said, actor=actor, at=at)
    sites = [version.article.site_id] if version.article.site_id else []
    able = people_holding(REVIEW_KNOWLEDGE.roles, sites, day_of(at)).exclude(user=actor.user_id)
    _tell(version, list(able.values_list("user_id", flat=True)), _("知识待审核：%(title)s"), said, entry.pk, at=at)
    return version


@transaction.atomic
def send_back(*, actor: Actor, at: datetime, version_id: int, note: str) -> Version:
    """Not like this: back to the writer, with what is to be mended. Raises NotFound, Invalid, IllegalVersionMove."""
    version = locked_version(actor, version_id, REVIEW_KNOWLEDGE)
    said = stated(note, field="note", most=NOTE_LENGTH, what=_("退回原因"))
    move(version, VersionState.DRAFT)
    entry = log(version.article, version, EntryKind.SENT_BACK, said, actor=actor, at=at)
    writers = [version.written_by_id] if version.written_by_id else []
    _tell(version, writers, _("知识被退回修改：%(title)s"), said, entry.pk, at=at)
    return version


@transaction.atomic
def publish(
    *, actor: Actor, at: datetime, version_id: int, starts_on: date | None = None, review_months: int | None = None
) -> Version:
    """Settle what somebody else wrote; it counts from `starts_on` (today) on, and what counted before ends there.

    Raises NotFound, OwnText, Invalid, IllegalVersionMove.
    """
    version = locked_version(actor, version_id, REVIEW_KNOWLEDGE)
    article = version.article
    day = starts_on or day_of(at)
    months = article.review_months if review_months is None else review_months
    _require_publishable(version, day, months, actor=actor, at=at)
    _make_way(article, day, actor=actor, at=at)
    move(version, VersionState.PUBLISHED, published_at=at, reviewed_by_id=actor.user_id, starts_on=day)
    article.review_months, article.review_due_on, article.reminded_on = months, review_due(day, months), None
    article.save(update_fields=["review_months", "review_due_on", "reminded_on"])
    entry = log(article, version, EntryKind.PUBLISHED, day.isoformat(), actor=actor, at=at)
    writers = [version.written_by_id] if version.written_by_id else []
    _tell(version, writers, _("知识已发布：%(title)s"), "", entry.pk, at=at)
    announce(
        VersionPublished(
            site_id=article.site_id,
            article_id=article.pk,
            kind=article.kind,
            number=version.number,
            starts_on=day.isoformat(),
        ),
        at=at,
    )
    return version


@transaction.atomic
def confirm_right(*, actor: Actor, at: datetime, article_id: int, note: str = "") -> Article:
    """Looked at again and still right: due again after `review_months`. Raises NotFound, Invalid."""
    article = locked_article(actor, article_id, WRITE_KNOWLEDGE)
    if article.review_due_on is None:
        raise IllegalVersionMove(_("没有正在使用的版本，不需要复核。"))
    said = short(note, field="note", most=NOTE_LENGTH, what=_("说明"))
    article.review_due_on, article.reminded_on = review_due(day_of(at), article.review_months), None
    article.save(update_fields=["review_due_on", "reminded_on"])
    log(article, None, EntryKind.CONFIRMED, said, actor=actor, at=at)
    return article


@transaction.atomic
def give_to(*, actor: Actor, at: datetime, article_id: int, owner: User) -> Article:
    """Who keeps it right from now on. Raises NotFound, Invalid for somebody who may not write there."""
    article = locked_article(actor, article_id, WRITE_KNOWLEDGE)
    if not writers_at(article.site_id, at=at).filter(user=owner).exists():
        raise Invalid(_("负责人须有编写这篇知识的权限。"), field="owner")
    article.owner = owner
    article.save(update_fields=["owner"])
    log(article, None, EntryKind.OWNED, owner.name, actor=actor, at=at)
    return article


@transaction.atomic
def retire(*, actor: Actor, at: datetime, article_id: int, note: str) -> Article:
    """It counts no longer, from today on. Raises NotFound, Invalid, IllegalVersionMove when nothing is in use."""
    article = locked_article(actor, article_id, REVIEW_KNOWLEDGE)
    said = stated(note, field="note", most=NOTE_LENGTH, what=_("停用原因"))
    in_use = list(article.versions.filter(state=VersionState.PUBLISHED).defer("words"))
    if not in_use:
        raise IllegalVersionMove(_("没有正在使用的版本。"))
    for version in in_use:
        end(version, day_of(at), today=day_of(at))
    article.review_due_on = None
    article.save(update_fields=["review_due_on"])
    log(article, in_use[0], EntryKind.RETIRED, said, actor=actor, at=at)
    announce(ArticleRetired(site_id=article.site_id, article_id=article.pk, kind=article.kind), at=at)
    return article


def _require_publishable(version: Version, day: date, months: int, *, actor: Actor, at: datetime) -> None:
    if version.state != VersionState.IN_REVIEW:
        raise IllegalVersionMove(_("只有待审核的版本才能发布。"))
    if version.entries.filter(kind__in=WROTE, by=actor.user_id).exists():
        raise OwnText(_("不能审核自己写的内容，请由另一位审核人发布。"))
    if day < day_of(at):
        raise Invalid(_("生效日期不能早于今天。"), field="starts_on")
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid(_("复核周期须在 1 至 %(most)d 个月之间。") % {"most": MOST_MONTHS}, field="review_months")


def _make_way(article: Article, day: date, *, actor: Actor, at: datetime) -> None:
    """What counts now ends on the day on which the new version begins to."""
    for earlier in article.versions.filter(not_ended(day), state=VersionState.PUBLISHED).defer("words"):
        end(earlier, day, today=day_of(at))


def _tell(version: Version, user_ids: list[int], title: str, body: str, occasion: int, *, at: datetime) -> None:
    tell(
        recipient_ids=user_ids,
        site_id=version.article.site_id,
        kind="knowledge",
        title=title % {"title": version.title},
        body=body,
        link=reverse("knowledge:article", args=[version.article_id]),
        dedupe_key=f"knowledge:{occasion}",
        at=at,
    )
