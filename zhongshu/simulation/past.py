"""The money of a demo from more than a year back, lived after its pages are up: some days at a time, by a job.

Each day is one transaction together with the mark that it is lived: killed in between, it has not been. What was under
way is found in the tables again (`unfinished.py`). Staff may work meanwhile: the past keeps to its own days.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Final

from django.db import transaction
from django.db.models import F

from zhongshu.billing.events import ChargesIssued
from zhongshu.billing.policies.cycles import months_later
from zhongshu.care.engine.elsewhere import told_by
from zhongshu.identity.models import Site
from zhongshu.kernel import outbox
from zhongshu.simulation.behaviours import Behaviour, money
from zhongshu.simulation.charging import Charging, Prices
from zhongshu.simulation.hours import at_hour, midnight
from zhongshu.simulation.models import Past
from zhongshu.simulation.unfinished import take_up
from zhongshu.simulation.world import World, live_together

MONTHS: Final = 14
AT_A_TIME: Final = 10.0
CHARGING: Final = Charging(late_fees_every=3, mending=0.05)


class PastWorld(World):
    """One in which only money moves. What falls due by itself, and who is told of what, is the present's."""

    def __init__(self, site: Site, *, seed: int, first: date, behaviours: Callable[[World], list[Behaviour]]) -> None:
        charging = replace(CHARGING, starts_on=first)
        super().__init__(
            site, seed=seed, tick=_nothing, per_day=0, deliver=_nothing, charging=charging, behaviours=behaviours
        )

    def let_time_pass(self, until: datetime) -> None:
        """Nothing."""


def _nothing(at: datetime) -> None:
    """Neither ticks nor deliveries."""


def first_day(today: date) -> date:
    """Of the past of a demo that begins today."""
    return months_later(today.replace(day=1), -MONTHS)


def begin(sites: Sequence[Site], *, seed: int, today: date, at: datetime) -> None:
    """Prices, meters and bank accounts from the first day on; all else is to be lived."""
    first = first_day(today)
    for site in sites:
        live_together(
            [PastWorld(site, seed=seed, first=first, behaviours=lambda world: [Prices()])], first, at_hour(first, 1)
        )
        Past.objects.create(site=site, seed=seed, starts_on=first, ends_on=today, lived_until=first, lived_at=at)


def is_whole() -> bool:
    """Whether nothing is left to be lived."""
    return not Past.objects.filter(lived_until__lt=F("ends_on")).exists()


@told_by
def untold() -> list[int]:
    """Sites whose past is not lived yet: it evaluates its own days, and the present waits for it."""
    return list(Past.objects.filter(lived_until__lt=F("ends_on")).values_list("site_id", flat=True))


def live_on(now: Callable[[], datetime], *, seconds: float = AT_A_TIME) -> bool:
    """The next days of a site, for so long; whether something is left."""
    past = Past.objects.filter(lived_until__lt=F("ends_on")).select_related("site").order_by("site__code").first()
    if past is None:
        return False
    world, began = PastWorld(past.site, seed=past.seed, first=past.starts_on, behaviours=money), monotonic()
    take_up(world, past.lived_until)
    with outbox.delivered_in_process():
        while not past.is_whole and monotonic() - began < seconds and _live_day(world, past, now):
            pass
    return not is_whole()


@transaction.atomic
def _live_day(world: World, past: Past, now: Callable[[], datetime]) -> bool:
    """Whether it was ours to live: another worker may have done it."""
    began, day = monotonic(), past.lived_until
    if not Past.objects.select_for_update().filter(pk=past.pk, lived_until=day).exists():
        return False
    tomorrow = day + timedelta(days=1)
    live_together([world], day, midnight(tomorrow))
    _deliver(past.site, midnight(day), midnight(tomorrow))
    past.lived_until, past.lived_at, past.seconds = tomorrow, now(), past.seconds + monotonic() - began
    past.save(update_fields=["lived_until", "lived_at", "seconds"])
    return True


def _deliver(site: Site, since: datetime, until: datetime) -> None:
    """What the day brought, at its own time. That charges were issued is known: their credit has been drawn."""
    events = outbox.undelivered().filter(site_id=site.pk, occurred_at__gte=since, occurred_at__lt=until)
    events.filter(name=ChargesIssued.name).update(delivered_at=until)
    for event_id in events.order_by("pk").values_list("pk", flat=True):
        outbox.deliver(event_id, at=until)
