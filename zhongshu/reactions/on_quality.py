"""When somebody did something about an order of which they had been told that it is late."""

from datetime import datetime

from zhongshu.identity.actor import Origin
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.outbox import reacts_to
from zhongshu.quality.actions import respond
from zhongshu.quality.queries import told_me, unanswered
from zhongshu.work.events import OrderMoved
from zhongshu.work.lifecycle import Verb
from zhongshu.work.models import OrderMove
from zhongshu.work.policies.measures import MEASURES, Measure

#: Moves that are a measure of some level.
DEEDS = {Verb.REASSIGN: Measure.REASSIGN, Verb.HOLD: Measure.HOLD}


@reacts_to(OrderMoved, when=lambda happened: happened.verb in DEEDS)
def answered_by_deed(happened: OrderMoved, *, at: datetime) -> None:
    """Whoever reassigns an order, or puts it on hold, has answered what they were told about it."""
    moves = OrderMove.objects.filter(order=happened.order_id, verb=happened.verb, by__isnull=False)
    move = moves.select_related("by").order_by("-pk").first()
    if move is None or move.by is None:
        return
    actor, measure = actor_of(move.by, at=at, origin=Origin.JOB), DEEDS[Verb(happened.verb)]
    levels = [level for level, measures in MEASURES.items() if measure in measures]
    for level in levels:
        step = told_me(actor, unanswered(actor, at=at)).filter(clock__order=happened.order_id, role=level).first()
        if step is not None:
            respond(actor=actor, at=at, step_id=step.pk, measure=measure, words=happened.reason or str(level))
