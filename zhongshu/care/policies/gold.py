"""The gold medal: who has paid the management fee twelve whole months ahead, from when and until when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Ahead:
    """Months `[starts_on, ends_on)` paid ahead with money of `received_on`; refunded from `ended_on` on."""

    starts_on: date
    ends_on: date
    received_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Gold:
    """From the day the money came (a renewal: from the old end) through the last prepaid day, `until` exclusive.
    `paid_on`: the day of the money that made it."""

    effective_on: date
    until: date
    paid_on: date


def month_after(day: date, months: int = 1) -> date:
    """The first of the month so many months later."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def golds(bills: Mapping[date, date | None], aheads: Iterable[Ahead], *, months: int, before: date) -> list[Gold]:
    """Of one account. `bills`: by month (its first day), the day on which all its bills were paid, None: not yet.
    `before`: money received on or after that day is not seen. `months`: how many make gold.
    """
    known = [ahead for ahead in aheads if ahead.received_on < before]
    days = {paid for paid in bills.values() if paid and paid < before} | {ahead.received_on for ahead in known}
    found: list[Gold] = []
    for day in sorted(days):
        until = paid_until(bills, known, day)
        if until is not None and until >= month_after(day, 1 + months):
            _extend(found, Gold(day, until, day), months)
    return [_ended(gold, known) for gold in found]


def _extend(found: list[Gold], gold: Gold, months: int) -> None:
    """The first of a row of years begins with the money; the next when the year before it is over."""
    last = found[-1] if found else None
    if last is None or gold.effective_on >= last.until:
        found.append(gold)
    elif gold.until >= month_after(last.until, months):
        found.append(Gold(last.until, gold.until, gold.paid_on))
    elif gold.until > last.until:
        found[-1] = Gold(last.effective_on, gold.until, last.paid_on)


def _ended(gold: Gold, aheads: Iterable[Ahead]) -> Gold:
    """A refund ends it with the first month no longer paid."""
    ends = [
        ahead.ended_on
        for ahead in aheads
        if ahead.ended_on and ahead.starts_on < gold.until and ahead.ends_on > gold.effective_on
    ]
    return Gold(gold.effective_on, max(gold.effective_on, min([gold.until, *ends])), gold.paid_on)


def paid_until(bills: Mapping[date, date | None], aheads: Iterable[Ahead], day: date) -> date | None:
    """The first day not paid as the day ended; None where an earlier month is open."""
    paid = {month for month, on in bills.items() if on and on <= day}
    paid |= {month for ahead in aheads if ahead.received_on <= day for month in _months(ahead)}
    this = day.replace(day=1)
    if any(month < this and month not in paid for month in bills):
        return None
    month = this if this in paid or this in bills else month_after(this)
    while month in paid:
        month = month_after(month)
    return month


def _months(ahead: Ahead) -> Iterator[date]:
    month = ahead.starts_on.replace(day=1)
    while month < ahead.ends_on:
        yield month
        month = month_after(month)
