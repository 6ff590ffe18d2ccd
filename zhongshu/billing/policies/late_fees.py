"""Late fees: principal × daily rate × days after the due day; never on late fees, never more than the principal.

They accrue by computation: the total to date follows from the charge, from what cleared it on which day, and from the
days on which it stood still. Rounded once, on that total (docs/algorithms/late-fees.md). `sql/late_fees.sql` says the
same for many charges at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from zhongshu.kernel.money import ZERO, rounded
from zhongshu.ledger.kinds import Fund

DAYS_A_YEAR = 365
MOST_TIMES_LPR = 4
Frozen = Sequence[tuple[date, date | None]]


@dataclass(frozen=True, slots=True)
class Cleared:
    """So much of the principal was cleared on a day; negative: that was undone, as from the same day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class LateFee:
    """A charge's late fee to date: what has accrued, and what of it was posted, for the days before `posted_until`.

    `fund` and `vat_rate` are the charge's.
    """

    charge_id: int
    accrued: Decimal
    posted: Decimal
    posted_until: date
    fund: str = Fund.OPERATING
    vat_rate: Decimal = ZERO

    @property
    def unposted(self) -> Decimal:
        return max(self.accrued - self.posted, ZERO)


def late_from(*, due_on: date, issued_on: date, revision: int) -> date:
    """The day after which days count: the due day; of a corrected bill not before the day it was issued."""
    return max(due_on, issued_on) if revision else due_on


def accrued(
    *, principal: Decimal, rate: Decimal, since: date, cleared: Iterable[Cleared], on: date, frozen: Frozen = ()
) -> Decimal:
    """The total to date in yuan. The day of payment counts: due 03-31, paid 04-30, are 30 days.

    What clears some of the principal takes away the days from then on. `frozen`: half-open periods that do not count.
    """
    principal_days = principal * days(since, on, frozen)
    for step in cleared:
        principal_days -= step.amount * days(max(since, step.on), on, frozen)
    return max(min(rounded(principal_days * rate), principal), ZERO)


def days(after: date, until: date, frozen: Frozen = ()) -> int:
    """Days after the one, up to and including the other, without the frozen ones."""
    count = max((until - after).days, 0)
    return sum(1 for n in range(1, count + 1) if not _is_frozen(after + timedelta(days=n), frozen)) if frozen else count


def _is_frozen(day: date, frozen: Frozen) -> bool:
    return any(starts_on <= day and (ends_on is None or day < ends_on) for starts_on, ends_on in frozen)


def is_excessive(rate: Decimal, lpr: Decimal) -> bool:
    """Whether a year of the daily rate is more than four times the loan prime rate: a court may reduce it (Civil Code,
    article 585)."""
    return rate * DAYS_A_YEAR > MOST_TIMES_LPR * lpr
