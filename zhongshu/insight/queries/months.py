"""Month by month: which accounts have paid, and how dwellings are lived in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from zhongshu.billing.queries.arrears import IGNORED_BELOW
from zhongshu.estate.kinds import OccupancyStatus
from zhongshu.estate.models import Account, Occupancy
from zhongshu.insight.queries.matters import rows_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.web.paging import Page


@dataclass(frozen=True, slots=True)
class PaidMonth:
    """A month of an item: `asked` accounts were charged for it, `paid` of them have paid all of it; `ahead` paid it
    before it was charged. `share` yuan were charged for the month."""

    month: date
    code: str
    name: str
    asked: int = 0
    paid: int = 0
    share: Decimal = ZERO
    ahead: int = 0

    @property
    def unpaid(self) -> int:
        return self.asked - self.paid

    @property
    def rate(self) -> float | None:
        return self.paid / self.asked if self.asked else None


def paid_months(site_ids: Sequence[int], *, first: date, last: date, until: date) -> list[PaidMonth]:
    """By month and item, paid before `until`. Two statements."""
    values = {"sites": list(site_ids), "first": first, "last": last, "until": until, "ignore_below": IGNORED_BELOW}
    found = {(month, code): PaidMonth(month, code, *rest) for month, code, *rest in _rows("paid_months", values)}
    for month, code, name, ahead in _rows("prepaid_months", values):
        had = found.get((month, code), PaidMonth(month, code, name))
        found[month, code] = PaidMonth(month, code, name, had.asked, had.paid, had.share, ahead)
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True)
class Unpaid:
    """An account that has not paid a month, and what of the month's charges is not paid off."""

    account: Account
    yuan: Decimal


def unpaid_accounts(site_ids: Sequence[int], *, item: str, month: date, until: date, page: int, size: int) -> Page[Any]:
    """The accounts behind `unpaid`, the most owed first. Two statements."""
    values: dict[str, Any] = {"sites": list(site_ids), "item": item, "month": month, "until": until}
    rows = _rows("unpaid_accounts", values | {"ignore_below": IGNORED_BELOW})
    rows.sort(key=lambda row: (-row[1], row[0]))
    pages = max(1, -(-len(rows) // size))
    number = min(page, pages)
    part = rows[(number - 1) * size : number * size]
    accounts = Account.objects.select_related("site", "customer", "unit").in_bulk([row[0] for row in part])
    shown: list[Any] = [Unpaid(accounts[pk], yuan) for pk, yuan in part]
    return Page(shown, number, pages, len(rows))


@dataclass(frozen=True, slots=True)
class Lived:
    """Units at the end of a month (of a running one: today) by status."""

    month: date
    by: Mapping[str, int]

    def of(self, *statuses: str) -> int:
        return sum(self.by.get(status, 0) for status in statuses)

    @property
    def handed_over(self) -> int:
        return self.of(*_HANDED_OVER)

    @property
    def occupied(self) -> int:
        return self.of(OccupancyStatus.OCCUPIED, OccupancyStatus.LET)

    @property
    def vacant(self) -> int:
        return self.of(OccupancyStatus.VACANT)

    @property
    def occupancy(self) -> float | None:
        return self.occupied / self.handed_over if self.handed_over else None

    @property
    def vacancy(self) -> float | None:
        return self.vacant / self.handed_over if self.handed_over else None


_HANDED_OVER = (
    OccupancyStatus.HANDED_OVER,
    OccupancyStatus.FITTING_OUT,
    OccupancyStatus.OCCUPIED,
    OccupancyStatus.LET,
    OccupancyStatus.VACANT,
)


def occupancy(site_ids: Sequence[int], *, first: date, last: date, on: date) -> list[Lived]:
    """Month by month, where anything is known. One statement."""
    found: dict[date, dict[str, int]] = {}
    values = {"sites": list(site_ids), "first": first, "last": last, "on": on}
    for month, status, number in _rows("occupancy", values):
        found.setdefault(month, {})[status] = number
    return [Lived(month, by) for month, by in sorted(found.items())]


def first_occupancy(site_ids: Sequence[int]) -> date | None:
    rows = Occupancy.objects.filter(site_id__in=site_ids).order_by("starts_on").values_list("starts_on", flat=True)
    return rows.first()


def _rows(name: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return rows_of(statement("insight", name), values)
