"""What somebody has sent to themselves."""

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.insight.kinds import IssueState
from zhongshu.insight.models import Issue, Subscription
from zhongshu.kernel.errors import NotFound

MOST = 100


def subscriptions_of(actor: Actor) -> list[Subscription]:
    """One's own running subscriptions with their issues, the latest first. Two statements."""
    issues = Prefetch("issues", queryset=Issue.objects.order_by("-starts_on"))
    rows = Subscription.objects.filter(user_id=actor.user_id or 0, ended_at__isnull=True)
    return list(rows.order_by("pk").prefetch_related(issues)[:MOST])


def issue_of(actor: Actor, issue_id: int) -> Issue:
    """One's own issue that has a file. Raises NotFound, also for somebody else's."""
    rows = Issue.objects.filter(pk=issue_id, subscription__user_id=actor.user_id or 0, state=IssueState.SENT)
    found = rows.select_related("subscription").first()
    if found is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return found
