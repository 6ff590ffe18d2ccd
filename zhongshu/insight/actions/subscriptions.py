"""Reports that people have sent to themselves."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.insight.kinds import Format, Paper, Rhythm
from zhongshu.insight.models import Subscription
from zhongshu.insight.permissions import SEE_REPORTS
from zhongshu.insight.queries.scopes import scope_named
from zhongshu.kernel.errors import Invalid, NotFound


@transaction.atomic
def subscribe(*, actor: Actor, at: datetime, scope: str, paper: Paper, rhythm: Rhythm, format: Format) -> Subscription:
    """From the next period that ends on, for oneself. Wanting the same twice changes nothing.

    Raises NotFound for a scope one may not see, Invalid for an analysis as a workbook or of a day.
    """
    actor.require(SEE_REPORTS)
    wanted = scope_named(actor, scope)
    if paper == Paper.ANALYSIS and (format != Format.PDF or rhythm == Rhythm.DAY):
        raise Invalid(_("运行分析只有 PDF，按周、月、季、年。"), field="format")
    if actor.user_id is None:
        raise Invalid(_("只有人可以订阅。"))
    key = {"user_id": actor.user_id, "scope": wanted.code, "paper": paper, "rhythm": rhythm, "format": format}
    subscription, is_new = Subscription.objects.get_or_create(**key, ended_at=None, defaults={"created_at": at})
    if is_new:
        after = {name: str(value) for name, value in key.items()}
        audit.record(actor=actor, at=at, verb="insight.subscribe", target=subscription, after=after)
    return subscription


@transaction.atomic
def unsubscribe(*, actor: Actor, at: datetime, subscription_id: int) -> None:
    """No more of them; what was sent stays. Twice changes nothing. Raises NotFound, also for somebody else's."""
    own = Subscription.objects.select_for_update().filter(user_id=actor.user_id or 0, pk=subscription_id).first()
    if own is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    if own.ended_at is None:
        own.ended_at = at
        own.save(update_fields=["ended_at"])
        audit.record(actor=actor, at=at, verb="insight.unsubscribe", target=own, after={"ended_at": at})
