"""What is under way in the tables when the life of a demo's past is taken up: it goes on as if nothing had happened."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from zhongshu.billing.kinds import Method
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Charge, Dispute, Relief
from zhongshu.simulation.charging import SECOND
from zhongshu.simulation.corrections import give_back, judge
from zhongshu.simulation.diary import Happen
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, midnight
from zhongshu.simulation.payers import settle
from zhongshu.simulation.workers import somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

Unfinished = Iterator[tuple[Happening, date, Happen]]


def take_up(world: "World", day: date) -> None:
    """Write into the diary what began before that day and has not ended."""
    for each in (_disputes, _reliefs, _deposits):
        for by, due, happen in each(world, day):
            world.later(at_hour(max(due, day), 10.4), by, happen)


def _disputes(world: "World", day: date) -> Unfinished:
    for row in Dispute.objects.filter(site=world.site, ends_on=None, starts_on__lt=day).order_by("pk"):
        by = world.happening(f"{row.starts_on}/dispute/{row.pk}")
        due = row.starts_on + timedelta(days=by.dice("settled").randint(6, 20))
        yield by, due, partial(settle, world, by, row.pk, row.charge_id)


def _reliefs(world: "World", day: date) -> Unfinished:
    waiting = Relief.objects.filter(site=world.site, state=ProposalState.PROPOSED, proposed_at__lt=midnight(day))
    for row in waiting.order_by("pk"):
        by = world.happening(f"{day}/relief/{row.pk}")
        second = somebody(world, SECOND, midnight(day), by.dice("agrees"), but_not=row.proposed_by_id)
        if second is not None:
            yield by, day, partial(judge, world, by, second, row.pk)


def _deposits(world: "World", day: date) -> Unfinished:
    paid = Charge.objects.filter(site=world.site, item__method=Method.DEPOSIT, open_amount=0, reliefs=None)
    for row in paid.filter(due_on__lt=day, releases=None).order_by("pk"):
        by = world.happening(f"{row.due_on}/deposit/{row.pk}")
        due = row.due_on + timedelta(days=by.dice("works").randint(8, 40))
        yield by, due, partial(give_back, world, by, row.pk)
