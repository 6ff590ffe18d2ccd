"""Evaluating the days that have passed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from zhongshu.care.engine import complaints, records
from zhongshu.care.engine.running import begun, carried_out, lock, spans_with_default
from zhongshu.care.permissions import EVALUATE
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The days `[from_on, to_on]` evaluated, and how much came of it. `from_on` None: that day had been evaluated
    before, and nothing was done."""

    site: str
    from_on: date | None
    to_on: date
    accounts_changed: int = 0
    entries: int = 0
    tasks: int = 0
    notices: int = 0


@transaction.atomic
def evaluate(*, actor: Actor, at: datetime, site_id: int, on: date) -> Evaluated:
    """Evaluate every day of the site that was missed, up to `on`: entries take effect on the day they became true and
    are recorded at `at`; orders and letters are dated `on`. All or nothing; a second at the same time waits, and finds
    nothing left to do. Raises NotFound.
    """
    actor.require(EVALUATE, site_id)
    site = Site.objects.get(pk=site_id)
    run = begun(actor, at, site, on)
    if run is None:
        return Evaluated(site.code, None, on)
    done = carried_out(run)
    records.follow(site_id, on=on, at=at)
    counts = {name: getattr(done, name) for name in ("accounts_changed", "entries", "tasks", "notices")}
    after = {"from": done.from_on, "to": done.to_on, **counts}
    audit.record(actor=actor, at=at, verb="care.evaluate", target=done, after=after)
    return Evaluated(site.code, done.from_on, done.to_on, **counts)


@transaction.atomic
def enter_complaints(*, actor: Actor, at: datetime, site_id: int) -> int:
    """What was judged or taken back up to now, into the ledger of the score, as the evaluation would; the number of
    entries. Raises NotFound.
    """
    actor.require(EVALUATE, site_id)
    site = Site.objects.get(pk=site_id)
    lock(site_id)
    count = complaints.enter(site_id, upto=day_of(at), at=at, spans=spans_with_default(site_id, at))
    audit.record(actor=actor, at=at, verb="care.enter_complaints", target=site, site_id=site_id, after={"count": count})
    return count
