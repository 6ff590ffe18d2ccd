"""Putting people on the list of who must read, and telling them."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.kernel.clock import day_of
from zhongshu.knowledge.models import ReadRequest, ReadTask, Version
from zhongshu.knowledge.queries import addressees
from zhongshu.messaging.actions import tell


def title_of(request: ReadRequest) -> str:
    """The title of what is to be read: of the newest version that was settled."""
    versions = Version.objects.filter(article=request.article_id, published_at__isnull=False)
    return versions.order_by("-number").values_list("title", flat=True).first() or ""


def enlist(request: ReadRequest, *, at: datetime) -> int:
    """Ask everybody whom the request means and who was not asked yet; how many."""
    asked = set(request.tasks.values_list("user_id", flat=True))
    new = {user: site for user, site in addressees(request, day_of(at)).items() if user not in asked}
    ReadTask.objects.bulk_create(
        ReadTask(request=request, user_id=user, site_id=site, asked_at=at) for user, site in sorted(new.items())
    )
    words = {"title": title_of(request), "day": request.due_on.isoformat()}
    tell(
        recipient_ids=list(new),
        site_id=request.site_id,
        kind="knowledge",
        title=_("请在 %(day)s 前阅读：%(title)s") % words,
        body=request.note,
        link=reverse("knowledge:phone_article", args=[request.article_id]),
        dedupe_key=f"read_request:{request.pk}",
        at=at,
    )
    return len(new)
