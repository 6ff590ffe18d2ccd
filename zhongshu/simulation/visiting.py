"""Keepers at the doors: the month's draw, the day's visits, what customers say there.

What is to be done is found in the tables, so that no diary must be kept.
"""

from datetime import date, datetime
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from zhongshu.community import actions as community
from zhongshu.community.kinds import Mood, VisitManner
from zhongshu.community.models import DrawnVisit, VisitDraw
from zhongshu.community.queries.visits import to_visit
from zhongshu.identity.models import User
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.households import Habits, habits_of
from zhongshu.simulation.matters import HAPPY_WORDS
from zhongshu.simulation.talking import MACHINE
from zhongshu.simulation.workers import present

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

DRAWN_UNTIL: Final = 12  # a machine that stood still draws later
HOURS: Final = (10.3, 15.2)
MOST: Final = 8  # doors a keeper knocks at in one go
CALLS: Final = 0.1
WISHES: Final = (
    "快递柜再多一点就好了",
    "晚上楼下有人唱歌",
    "电梯里的广告太吵",
    "希望绿化带多除除虫",
    "停车位越来越难找",
)


class Visiting:
    """Duties: nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/visits")
        if day.day <= DRAWN_UNTIL:
            world.later(at_hour(day, 7.2), by, partial(_draw, world, by))
        for hour in HOURS:
            world.later(at_hour(day, hour), by, partial(_go_round, world, by))


def _draw(world: "World", by: Happening, at: datetime) -> None:
    month = day_of(at).replace(day=1)
    if VisitDraw.objects.filter(site=world.site, month=month).exists():
        return
    said: dict[str, Any] = {"site_id": world.site.pk, "lots": partial(_lots, world.seed, month)}
    if world.do(by, community.draw_visits, actor=MACHINE, at=at, **said):
        world.tell(at, by, "the visits of the month are drawn")


def _lots(seed: str, month: date, keeper_id: int) -> str:
    return f"{Random(f'{seed}:visits:{month}:{keeper_id}').getrandbits(64):016x}"  # noqa: S311


def _go_round(world: "World", by: Happening, at: datetime) -> None:
    """Every keeper who is there, to the doors that have waited longest."""
    there = {staff.user_id: staff.user for staff in present(world, at)}
    done: dict[int, int] = {}
    for drawn in to_visit(MACHINE, world.site.pk, day_of(at)):
        keeper = there.get(drawn.keeper_id)
        if keeper is None or done.get(keeper.pk, 0) >= MOST:
            continue
        done[keeper.pk] = done.get(keeper.pk, 0) + 1
        _knock(world, by, keeper, drawn, at)


def _knock(world: "World", by: Happening, keeper: User, drawn: DrawnVisit, at: datetime) -> None:
    """Nobody opens: some are called, the others come up again."""
    number = drawn.account.number
    habits, dice = habits_of(world.seed, number), Random(f"{world.seed}:door:{number}:{at}")  # noqa: S311
    manner = VisitManner.DOOR
    if dice.random() > habits.at_home(at):
        if dice.random() > CALLS:
            return
        manner = VisitManner.TELEPHONE
    said: dict[str, Any] = {"account_id": drawn.account_id, "manner": manner, **said_at_the_door(habits, dice)}
    world.do_once(
        by, lambda visit: {"visit": visit.pk}, community.record_visit, actor=world.actor(keeper, at), at=at, **said
    )


def said_at_the_door(habits: Habits, dice: Random) -> dict[str, Any]:
    """Mood and words: the calm are content, some of the others say what they wish."""
    if dice.random() > 0.6 * habits.temper:
        return {"mood": Mood.CONTENT, "words": dice.choice((*HAPPY_WORDS, ""))}
    mood = Mood.NOT_CONTENT if dice.random() < 0.3 * habits.temper else Mood.MIXED
    return {"mood": mood, "words": dice.choice(WISHES)}
