"""When a matter of many moved."""

from datetime import datetime

from zhongshu.cases.actions import settle_repair
from zhongshu.cases.models import Incident
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.outbox import reacts_to
from zhongshu.messaging.actions import tell
from zhongshu.work.events import OrderMoved
from zhongshu.work.lifecycle import State


@reacts_to(OrderMoved, when=lambda happened: happened.to_state == State.DONE)
def settle_the_incident(happened: OrderMoved, *, at: datetime) -> None:
    """The one repair of an incident is done: taken as good where it is over, else its owner is asked to say so."""
    incident = Incident.objects.filter(order_id=happened.order_id).first()
    if incident is None:
        return
    settle_repair(actor=system_actor(), at=at, order_id=happened.order_id)
    tell(
        recipient_ids=[incident.owner_id] if incident.owner_id else [],
        site_id=incident.site_id,
        kind="incident_repaired",
        title=f"事件 {incident.number} 已修好，请宣布恢复并答复报事人",  # matter
        link=f"/cases/incidents/{incident.number}",
        dedupe_key=f"incident:{incident.pk}:repaired",
        at=at,
    )
