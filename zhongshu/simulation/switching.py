"""A site is run another way from one day to the next; nothing that is open changes by it."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection

from zhongshu.identity import actions as identity
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models import Site
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.invariants.looking import Memory
from zhongshu.simulation.talking import MACHINE

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

EVERY = 28
ORDER = (OperatingModel.CENTRE, OperatingModel.LEAN, OperatingModel.SMALL)
_OPEN = """
    SELECT 'order', number, state, assignee_id, waits_for, NULL FROM work_workorder WHERE ended_at IS NULL
    UNION ALL SELECT 'case', number, state, owner_id, NULL, incident_id FROM cases_case WHERE closed_at IS NULL
    UNION ALL SELECT 'call', c.number, f.reason, f.caller_id, NULL, NULL FROM cases_followup f
        JOIN cases_case c ON c.id = f.case_id WHERE f.done_at IS NULL
    UNION ALL SELECT 'clock', order_id::text, stage, NULL, NULL, NULL FROM work_slaclock WHERE stopped_at IS NULL
    UNION ALL SELECT 'sheet', number, state, NULL, NULL, NULL FROM channels_hotlinesheet WHERE closed_at IS NULL
    UNION ALL SELECT 'call-back', number, '', NULL, NULL, NULL FROM channels_callback WHERE done_at IS NULL
    ORDER BY 1, 2, 3
"""


class Switching:
    """`day/switch`, every four weeks: centre, lean, small, and round again."""

    def __init__(self, memory: Memory, first: date) -> None:
        self.memory, self.first = memory, first

    def plan_day(self, world: "World", day: date) -> None:
        lived = (day - self.first).days
        if lived % EVERY == EVERY // 2:
            by = world.happening(f"{day}/switch")
            model = ORDER[(lived // EVERY + 1) % len(ORDER)]
            world.plan(at_hour(day, 10.4), by.id, partial(self._switch, world, by, model))

    def _switch(self, world: "World", by: Happening, model: OperatingModel, at: datetime) -> None:
        before = open_now()
        said: dict[str, Any] = {"site_id": world.site.pk, "model": model}
        if world.do(by, identity.switch_operating_model, actor=MACHINE, at=at, **said):
            self.memory.switched.append((before, open_now()))
            world.site.refresh_from_db()
            world.tell(at, by, f"the site is run as {Site.objects.get(pk=world.site.pk).operating_model} from now on")


def open_now() -> list[tuple[Any, ...]]:
    """Everything that is open, and in whose hands."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        return list(cursor.fetchall())
