"""Times of a day, as people keep them."""

from datetime import date, datetime, timedelta
from random import Random

from zhongshu.kernel.clock import SITE_ZONE

# How much happens in each hour of the day.
BUSY = (1, 1, 1, 1, 1, 2, 6, 12, 14, 13, 12, 10, 9, 9, 10, 11, 12, 14, 16, 15, 12, 8, 4, 2)


def midnight(day: date) -> datetime:
    """The instant at which the day begins at the sites."""
    return datetime(day.year, day.month, day.day, tzinfo=SITE_ZONE)


def at_hour(day: date, hours: float) -> datetime:
    """So many hours after midnight."""
    return midnight(day) + timedelta(hours=hours)


def busy_time(day: date, dice: Random) -> datetime:
    """Some time of the day, rather when people are about."""
    return at_hour(day, dice.choices(range(24), BUSY)[0]) + timedelta(seconds=dice.randrange(3600))


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def poisson(mean: float, dice: Random) -> int:
    """How many of something that happens `mean` times a day happen on one."""
    count, left = 0, dice.expovariate(1)
    while left < mean:
        count, left = count + 1, left + dice.expovariate(1)
    return count
