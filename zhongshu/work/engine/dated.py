"""What a site offers from a day until a day."""

from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import not_ended
from zhongshu.work.models import Contractor, SlotWindow
from zhongshu.work.permissions import ARRANGE_WORK

Offered = TypeVar("Offered", Contractor, SlotWindow)


def end_today(rows: QuerySet[Offered], *, verb: str, missing: str, actor: Actor, at: datetime) -> Offered:
    """End the one row, locked, from today on. Raises NotFound with the sentence `missing`."""
    found = rows.select_for_update().filter(not_ended(day_of(at))).first()
    if found is None or not actor.may(ARRANGE_WORK, found.site_id):
        raise NotFound(missing)
    found.ends_on = max(day_of(at), found.starts_on)
    found.save(update_fields=["ends_on"])
    audit.record(actor=actor, at=at, verb=verb, target=found, after={"ends_on": found.ends_on})
    return found
