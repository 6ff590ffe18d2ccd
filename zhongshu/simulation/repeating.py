"""For trials: in the evening of a day on which bills were run, everything is run again, twice; the second time changes
nothing."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Sum

from zhongshu.billing import actions as billing
from zhongshu.billing import batch
from zhongshu.billing.models import BillRun, Charge
from zhongshu.kernel.clock import day_of
from zhongshu.ledger.models import Leg
from zhongshu.simulation.bookkeeping import bookkeeper
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.invariants.looking import Memory

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

HOUR = 19.5


class Repeating:
    """A duty that no company has."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory

    def plan_day(self, world: "World", day: date) -> None:
        world.later(at_hour(day, HOUR), world.happening(f"{day}/again"), partial(self._again, world))

    def _again(self, world: "World", at: datetime) -> None:
        by, month = world.happening(f"{day_of(at)}/again"), day_of(at).replace(day=1)
        clerk = bookkeeper(world, at, by)
        if clerk is None or not BillRun.objects.filter(site=world.site, finished_at__date=day_of(at)).exists():
            return
        told: dict[str, Any] = {"actor": clerk, "at": at, "site_id": world.site.pk}
        seen = []
        for _time in range(2):
            world.do(by, batch.run_month, **told, period=month)
            world.do(by, billing.post_late_fees, **told, on=day_of(at))
            world.do(by, billing.draw_credits, **told)
            seen.append(_what_there_is())
        self.memory.ran_again.append((seen[0], seen[1]))


def _what_there_is() -> tuple[Any, ...]:
    bills = Charge.objects.aggregate(count=Count("pk"), amount=Sum("amount"), left=Sum("open_amount"))
    return (*bills.values(), Leg.objects.count())
