"""What a meter's new reading means, and what usage costs by tiers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

MANY_TIMES: Final = 3
LITTLE: Final = Decimal(10)


class Doubt(StrEnum):
    """Why a reading is asked about before it is believed."""

    ROLLED_FAR = "rolled_far"
    MUCH_MORE = "much_more"


@dataclass(frozen=True, slots=True)
class Usage:
    """In units of usage, since the reading before."""

    amount: Decimal
    has_rolled_over: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What of the usage lies in one tier."""

    usage: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """Up to so much usage of the tier cycle (None: whatever is above) at that price, yuan."""

    up_to: Decimal | None
    price: Decimal


def usage(before: Decimal, now: Decimal, *, digits: int, multiplier: Decimal) -> Usage:
    """A meter that shows less than before has passed its last digit: of four digits, 9985 to 12 is 27."""
    has_rolled_over = now < before
    counted = now - before + (Decimal(10) ** digits if has_rolled_over else 0)
    return Usage(counted * multiplier, has_rolled_over)


def doubt(found: Usage, *, digits: int, multiplier: Decimal, days: int, daily: Decimal | None) -> Doubt | None:
    """`days` since the reading before; `daily`: what a day used before that, None when there is nothing to compare.

    A meter that rolled over by more than half its dial was rather read wrong, or read backwards.
    """
    if found.has_rolled_over and found.amount > Decimal(10) ** digits * multiplier / 2:
        return Doubt.ROLLED_FAR
    if daily is not None and found.amount > max(MANY_TIMES * daily * max(days, 1), LITTLE):
        return Doubt.MUCH_MORE
    return None


def tiered(before: Decimal, after: Decimal, tiers: Sequence[Tier]) -> list[Part]:
    """The usage between two counts of the tier cycle, by tier; exact. Tiers ascend and the last is open above."""
    parts, lower = [], Decimal(0)
    for tier in tiers:
        upper = after if tier.up_to is None else min(after, tier.up_to)
        if upper > max(before, lower):
            parts.append(Part(upper - max(before, lower), tier.price))
        lower = lower if tier.up_to is None else tier.up_to
    return parts
