"""After a site's operating model was switched: nothing open changes, but who is next does."""

from datetime import datetime

from django.db import transaction

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.work import queries
from zhongshu.work.engine import telling
from zhongshu.work.kinds import EscalationRole, Stage
from zhongshu.work.policies.escalation import recipients


@transaction.atomic
def point_to_next(*, actor: Actor, at: datetime, site_id: int) -> int:
    """Tell those who rule now of the objections that wait; the number of these. Orders that wait for somebody go by
    the present model at the next tick, steps of escalation to whom it names when they fall due."""
    site = Site.objects.get(pk=site_id)
    ladder = queries.Ladder([site_id], day_of(at))
    waiting = list(queries.awaiting_ruling(site_id))
    for order in waiting:
        rulers = recipients(EscalationRole.SUPERVISOR, ladder.of(order, Stage.RULING))
        telling.ruling_yours(order, rulers, at=at)
    after = {"awaiting_ruling": [order.pk for order in waiting]}
    audit.record(actor=actor, at=at, verb="work.point_to_next", target=site, site_id=site_id, after=after)
    return len(waiting)
