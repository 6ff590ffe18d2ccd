"""Households and their habits: how they report, when they are at home, how content they are with what they get."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from zhongshu.cases.lifecycle import Channel
from zhongshu.estate.models import Account, HouseholdMember, Place
from zhongshu.estate.queries import account_at
from zhongshu.kernel.clock import day_of, local
from zhongshu.kernel.periods import in_force

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

# What a household does first when something is wrong, and how many are of that kind.
WAYS = {Channel.TELEPHONE: 58, Channel.WECHAT: 22, Channel.EMPLOYEE: 11, Channel.COUNTER: 9}


@dataclass(frozen=True, slots=True)
class Habits:
    """How the people of one account are. `temper` from 0 (calm) to 1; the rest are chances."""

    way: Channel
    works_by_day: bool
    temper: float
    answers: float
    is_precise: float

    def at_home(self, at: datetime) -> float:
        """How likely somebody opens the door."""
        here = local(at)
        away = self.works_by_day and here.weekday() < 5 and 8 <= here.hour < 18
        return 0.3 if away else 0.95


@dataclass(frozen=True, slots=True)
class Home:
    """A dwelling with those who live there now, and their habits."""

    unit: Place
    habits: Habits
    account: Account | None


def home_of(world: "World", unit: Place, at: datetime) -> Home:
    """Who lives in the unit that day. A new account has new habits."""
    account = account_at(unit, day_of(at))
    habits = habits_of(world.seed, account.number if account else unit.code)
    return Home(unit, habits, account)


def habits_of(seed: str, number: str) -> Habits:
    """The same household is always the same."""
    dice = Random(f"{seed}:household:{number}")  # noqa: S311
    return Habits(
        way=dice.choices(list(WAYS), list(WAYS.values()))[0],
        works_by_day=dice.random() < 0.6,
        temper=dice.random() ** 2,
        answers=dice.choice((0.95, 0.9, 0.85, 0.6)),
        is_precise=dice.choice((0.98, 0.9, 0.7)),
    )


def number_of(account: Account | None, at: datetime) -> str:
    """The number they call from: a tenant comes before the owner, both before the family."""
    if account is None:
        return ""
    people = HouseholdMember.objects.filter(in_force(day_of(at)), account=account, customer__phones__isnull=False)
    ranked = people.order_by("-relation", "pk", "-customer__phones__is_primary", "customer__phones__number")
    return ranked.values_list("customer__phones__number", flat=True).first() or ""
