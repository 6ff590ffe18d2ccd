"""Rules of what is told again, of leaks that wait for the rain, and of who calls back."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from zhongshu.identity.roles import Role
from zhongshu.work.lifecycle import State

_LEAK = re.compile(r"漏水|渗水|渗漏|漏雨|返潮|洇湿|滴水|浸水|漏进|渗进|发霉")  # matter
_LEAKY = frozenset({"plumbing", "building_fabric"})
_RAIN = re.compile(r"雨|外墙|屋顶|屋面|天花|顶楼|顶层|阳台|窗|露台|地下室|车库|渗")  # matter

#: From this further call on, the level above hears of it too.
ABOVE_HEARS_FROM = 2


def is_leak(category: str, text: str) -> bool:
    """Whether rain will show if the work was good: water comes in, and not from a tap."""
    inside = category == "building_fabric" or bool(_RAIN.search(text))
    return category in _LEAKY and inside and bool(_LEAK.search(text))


def rain_call_opens_on(watched_from: date, rainy: Collection[date], today: date) -> date | None:
    """The day on which a mended leak is asked about: the one after the first rain since; None: not yet."""
    first = min((day for day in rainy if day >= watched_from), default=None)
    opens_on = first + timedelta(days=1) if first else None
    return opens_on if opens_on and opens_on <= today else None


def is_insistent(further_calls: int) -> bool:
    """Whether the level above must hear that somebody keeps asking."""
    return further_calls >= ABOVE_HEARS_FROM


def caller(roles: Sequence[Role], *, keeper_id: int | None, managers: Sequence[int]) -> int | None:
    """Who calls back by the operating model: the keeper, the site manager, or (None) the desk."""
    if Role.KEEPER in roles:
        return keeper_id or next(iter(managers), None)
    if roles and roles[0] == Role.SITE_MANAGER:
        return next(iter(managers), None)
    return None


def weight_of_referrals(settled: Sequence[bool | None]) -> list[State]:
    """How referrals weigh among a case's orders: a check-back to come is work going on, help found is work done."""
    if any(helped is None for helped in settled):
        return [State.ACCEPTED]
    return [State.CLOSED] if any(settled) else []


def refused_until(at: datetime, months: int) -> date:
    """The first day on which somebody who did not want to be called may be called again."""
    day = at.date()
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, 28))
