"""What becomes due by itself: versions whose time is over, articles to be looked at again, people who have not read."""

from collections import Counter
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.identity.actor import system_actor
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge.engine.asking import enlist, title_of
from zhongshu.knowledge.engine.versions import log, move, writers_at
from zhongshu.knowledge.kinds import EntryKind
from zhongshu.knowledge.lifecycle import VersionState
from zhongshu.knowledge.models import Article, ReadRequest, Version
from zhongshu.knowledge.policies.dates import REVIEW_AGAIN, remind_at
from zhongshu.knowledge.queries import unread_of
from zhongshu.messaging.actions import Telling, tell, tell_all

MOST = 200


def tick(*, at: datetime) -> dict[str, int]:
    """As of `at`; how many of each. Safe to run twice and beside itself: rows are claimed."""
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "versions_retired": _retire(at=at),
            "articles_to_review": _remind_owners(at=at),
            "readings_reminded": _remind_readers(at=at),
        }


@transaction.atomic
def _retire(*, at: datetime) -> int:
    """What another version has followed."""
    over = Version.objects.select_for_update(of=("self",), skip_locked=True).select_related("article").defer("words")
    over = over.filter(state=VersionState.PUBLISHED, ends_on__lte=day_of(at))
    rows = list(over.order_by("pk")[:MOST])
    for version in rows:
        move(version, VersionState.RETIRED)
        log(version.article, version, EntryKind.RETIRED, actor=system_actor(), at=at)
    return len(rows)


@transaction.atomic
def _remind_owners(*, at: datetime) -> int:
    """Every fortnight until somebody has looked at it again; one message each, however many are due."""
    day = day_of(at)
    due = Article.objects.select_for_update(skip_locked=True).filter(review_due_on__lte=day)
    due = due.filter(Q(reminded_on__isnull=True) | Q(reminded_on__lte=day - REVIEW_AGAIN))
    rows = list(due.order_by("pk")[:MOST])
    groups = Counter((article.owner_id, article.site_id) for article in rows)
    of: Counter[int] = Counter()
    for (owner_id, site_id), count in groups.items():
        of.update(dict.fromkeys(_who_keeps(owner_id, site_id, at=at), count))
    tell_all([_to_review(user_id, count, rows[0].pk, at=at) for user_id, count in of.items()], at=at)
    Article.objects.filter(pk__in=[article.pk for article in rows]).update(reminded_on=day)
    return len(rows)


def _who_keeps(owner_id: int | None, site_id: int | None, *, at: datetime) -> set[int]:
    """Nobody owns what came with the program: then whoever may write it hears of it."""
    return {owner_id} if owner_id else set(writers_at(site_id, at=at).values_list("user_id", flat=True))


def _to_review(user_id: int, count: int, first: int, *, at: datetime) -> Telling:
    return Telling(
        recipient_ids=(user_id,),
        site_id=None,
        kind="knowledge_review",
        title=_("有 %(n)d 篇知识到期复核") % {"n": count},
        link=reverse("knowledge:desk"),
        dedupe_key=f"knowledge_review:{day_of(at)}:{first}",
    )


@transaction.atomic
def _remind_readers(*, at: datetime) -> int:
    due = ReadRequest.objects.select_for_update(skip_locked=True).filter(remind_at__lte=at)
    rows = list(due.order_by("remind_at", "pk")[:MOST])
    for request in rows:
        _remind(request, at=at)
    return len(rows)


def _remind(request: ReadRequest, *, at: datetime) -> None:
    """Who came since is asked; who has not read is reminded, and once it is due whoever asked hears how many."""
    enlist(request, at=at)
    late = [task.user_id for task in unread_of(request)]
    is_over = not late and day_of(at) > request.due_on
    request.remind_at = None if is_over else remind_at(request.due_on, at)
    request.save(update_fields=["remind_at"])
    words = {"title": title_of(request), "n": len(late)}
    said = {"site_id": request.site_id, "kind": "knowledge", "at": at}
    key = f"read_request:{request.pk}:{day_of(at)}"
    to_read = reverse("knowledge:phone_article", args=[request.article_id])
    tell(recipient_ids=late, title=_("还没有确认阅读：%(title)s") % words, link=to_read, dedupe_key=key, **said)  # type: ignore[arg-type]
    if late and day_of(at) > request.due_on and request.asked_by_id is not None:
        title = _("逾期 %(n)d 人未阅读：%(title)s") % words
        link = reverse("knowledge:reading", args=[request.pk])
        tell(recipient_ids=[request.asked_by_id], title=title, link=link, dedupe_key=f"{key}:late", **said)  # type: ignore[arg-type]
