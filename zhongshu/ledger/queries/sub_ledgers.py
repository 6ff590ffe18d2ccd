"""Whether the books that other apps keep person by person come to what the ledger's accounts say.

The ledger lies below those apps, so they tell it how they count: each registers its counting when the program starts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final


@dataclass(frozen=True, slots=True)
class Difference:
    """In yuan, debits less credits: what the rows of an app (`ours`) come to, and what the account shows of them."""

    fund: str
    code: str
    ours: Decimal
    ledger: Decimal


Counting = Callable[[int, date], Iterable[Difference]]
"""Where an app's rows of a site, as the books stood at the end of a day, differ from the ledger."""

COUNTINGS: Final[dict[str, Counting]] = {}
"""By name of the app."""


def count_with(app: str, counting: Counting) -> None:
    """From now on a month closes only where this counting finds no difference. For `AppConfig.ready`."""
    COUNTINGS[app] = counting


def sub_ledger_differences(site_id: int, on: date) -> list[Difference]:
    """Every difference that any app finds, empty when all agree."""
    return [each for counting in COUNTINGS.values() for each in counting(site_id, on)]
