"""Callers whom nobody answered, or who found the line engaged: they try again, or are called back."""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.channels import actions as channels
from zhongshu.channels.kinds import CallBackOutcome, CallEvent
from zhongshu.channels.models import CallBack
from zhongshu.simulation.everyday import Everyday
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import busy_time, minutes
from zhongshu.simulation.households import Home, home_of, number_of
from zhongshu.simulation.matters import Scope
from zhongshu.simulation.reporting import Report, report
from zhongshu.simulation.talking import tell_call
from zhongshu.simulation.weather import sky_on
from zhongshu.simulation.workers import CLERKS, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

MISSED = 0.12
WRITTEN = "您好，刚才的来电没有接到，请回复您的事项，我们马上处理。"


class Telephone:
    """`day/missed`: one who does not get through."""

    def __init__(self, world: "World") -> None:
        self.everyday = Everyday(world)

    def plan_day(self, world: "World", day: date) -> None:
        by = world.happening(f"{day}/missed")
        if by.dice("happens").random() < MISSED * min(2.0, world.per_day):
            world.plan(busy_time(day, by.dice("time")), by.id, partial(self.miss, world, by))

    def miss(self, world: "World", by: Happening, at: datetime) -> None:
        """Nobody answers, or the line is engaged."""
        dice = by.dice("call")
        home = home_of(world, dice.choice(self.everyday.places[Scope.HOME]), at)
        number = number_of(home.account, at)
        if not number:
            return
        outcome = dice.choice((CallEvent.MISSED, CallEvent.MISSED, CallEvent.ENGAGED))
        if outcome is CallEvent.MISSED:
            tell_call(world, by, number, CallEvent.RINGING, at)
        tell_call(world, by, number, outcome, at + minutes(1))
        world.tell(at, by, f"a call was {outcome}")
        if dice.random() < 0.3:
            world.later(at + minutes(dice.uniform(2, 15)), by, partial(self._tries_again, world, by, home, number))
        world.later(at + minutes(dice.uniform(5, 60)), by, partial(self._call_back, world, by, home, number))

    def _tries_again(self, world: "World", by: Happening, home: Home, number: str, at: datetime) -> None:
        for event in (CallEvent.RINGING, CallEvent.ANSWERED, CallEvent.ENDED):
            tell_call(world, by, number, event, at, nth=2)
        self._says_it(world, by, home, at)

    def _call_back(self, world: "World", by: Happening, home: Home, number: str, at: datetime) -> None:
        """Up to three tries, an hour apart; some are written to."""
        task = CallBack.objects.filter(site=world.site, number=number, done_at__isnull=True).first()
        clerk = somebody(world, CLERKS, at, by.dice("calls back"))
        if task is None or clerk is None:
            return
        dice = by.dice("reached")
        reached = dice.random() < home.habits.answers
        failed = CallBackOutcome.WRITTEN if dice.random() < 0.3 else CallBackOutcome.UNREACHABLE
        outcome = CallBackOutcome.REACHED if reached else failed
        said: dict[str, Any] = {
            "call_back_id": task.pk,
            "outcome": outcome,
            "words": WRITTEN if outcome == failed else "",
        }
        done = world.do_once(by, _receipt, channels.record_call_back, actor=clerk, at=at, **said)
        if reached and done:
            self._says_it(world, by, home, at)
        elif done and not done["done"]:
            world.later(at + minutes(60), by, partial(self._call_back, world, by, home, number))

    def _says_it(self, world: "World", by: Happening, home: Home, at: datetime) -> None:
        sky = sky_on(at.date(), seed=world.seed)
        matter = self.everyday.draw(sky, by.dice("matter"), scope=Scope.HOME)
        report(world, by, Report(matter, home.unit, home, is_theirs=True), at)


def _receipt(task: CallBack) -> dict[str, bool]:
    return {"done": task.done_at is not None}
