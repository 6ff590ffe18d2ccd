"""Money received: by day, method and cashier; month by month; the payments behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Sum

from zhongshu.billing.kinds import OutflowKind
from zhongshu.billing.models import Outflow, Payment
from zhongshu.insight.kinds import TakingsBy
from zhongshu.insight.queries.matters import rows_of
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement


@dataclass(frozen=True, slots=True)
class Taking:
    """`pieces` payments came to `taken` yuan; `bounced` likewise, but it never came; `refunded` was paid back."""

    key: str
    name: str = ""
    pieces: int = 0
    taken: Decimal = ZERO
    bounced: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.taken - self.refunded


@dataclass(frozen=True, slots=True)
class Takings:
    """`total` of some days, by day, method and cashier; `matrix` by day and method. What nobody recorded by hand has
    the key and the name of no cashier."""

    total: Taking
    by: Mapping[TakingsBy, Sequence[Taking]]
    matrix: Mapping[tuple[str, str], Decimal]


_COLUMNS = {
    TakingsBy.DAY: "day::text",
    TakingsBy.METHOD: "method",
    TakingsBy.CASHIER: "coalesce(cashier_id::text, '')",
    TakingsBy.MONTH: "to_char(day, 'YYYY-MM')",
}
_SUMS = "sum(pieces), sum(taken), sum(bounced), sum(refunded)"


def takings(site_ids: Sequence[int], *, since: date, until: date) -> Takings:
    """One statement."""
    by: dict[TakingsBy, list[Taking]] = {TakingsBy.DAY: [], TakingsBy.METHOD: [], TakingsBy.CASHIER: []}
    total, matrix = Taking(""), {}
    for day, method, cashier, name, *sums in rows_of(_TAKINGS, _values(site_ids, since, until)):
        if day is not None and method is not None:
            matrix[day, method] = sums[1]
        elif day is not None:
            by[TakingsBy.DAY].append(Taking(day, day, *sums))
        elif method is not None:
            by[TakingsBy.METHOD].append(Taking(method, "", *sums))
        elif cashier is not None:
            by[TakingsBy.CASHIER].append(Taking(cashier, name or "", *sums))
        elif sums[0] is not None:
            total = Taking("", "", *sums)
    by[TakingsBy.CASHIER] = [row for row in by[TakingsBy.CASHIER] if row.pieces or row.bounced]
    return Takings(total, {one: sorted(rows, key=lambda row: row.key) for one, rows in by.items()}, matrix)


_DAY, _METHOD, _CASHIER = (_COLUMNS[one] for one in (TakingsBy.DAY, TakingsBy.METHOD, TakingsBy.CASHIER))
_TAKINGS = (
    f"SELECT CASE WHEN GROUPING({_DAY}) = 0 THEN {_DAY} END, CASE WHEN GROUPING({_METHOD}) = 0 THEN {_METHOD} END,"
    f" CASE WHEN GROUPING({_CASHIER}) = 0 THEN {_CASHIER} END, max(cashier.name), {_SUMS}"
    f" FROM ({statement('insight', 'takings')}) AS moved LEFT JOIN identity_user cashier ON cashier.id = cashier_id"
    f" GROUP BY GROUPING SETS ((), ({_DAY}), ({_METHOD}), ({_CASHIER}), ({_DAY}, {_METHOD}))"
)


def months(site_ids: Sequence[int], *, since: date, until: date) -> dict[str, Taking]:
    """By month as 2026-11, where there was any. One statement."""
    rows = rows_of(_MONTHS, _values(site_ids, since, until))
    return {month: Taking(month, month, *sums) for month, *sums in rows}


_MONTH = _COLUMNS[TakingsBy.MONTH]
_MONTHS = f"SELECT {_MONTH}, {_SUMS} FROM ({statement('insight', 'takings')}) AS moved GROUP BY 1 ORDER BY 1"


def first_day(site_ids: Sequence[int]) -> date | None:
    """The day of the first payment. One statement, from the index."""
    days = [
        Payment.objects.filter(site_id=site_id).order_by("received_on", "pk").values("received_on")[:1]
        for site_id in site_ids
    ]
    found = days[0].union(*days[1:], all=True) if len(days) > 1 else days[0]
    return min((row["received_on"] for row in found), default=None)


def _values(site_ids: Sequence[int], since: date, until: date) -> dict[str, Any]:
    return {"sites": list(site_ids), "since": since, "until": until}


def payments_behind(
    figure: str, site_ids: Sequence[int], *, since: date, until: date, method: str = "", cashier: str | None = None
) -> tuple["QuerySet[Payment]", Decimal]:
    """The payments of which `taken` (or `bounced`) is the sum, the latest first, and that sum. `cashier`: a key of
    the takings."""
    bounced = Exists(Outflow.objects.filter(payment=OuterRef("pk"), kind=OutflowKind.BOUNCE))
    rows = Payment.objects.filter(site_id__in=site_ids, received_on__gte=since, received_on__lt=until)
    rows = rows.filter(bounced if figure == "bounced" else ~bounced)
    rows = rows.filter(method=method) if method else rows
    if cashier is not None:
        rows = rows.filter(recorded_by_id=int(cashier) if cashier.isdecimal() else None)
    total: Decimal = rows.aggregate(yuan=Sum("amount", default=ZERO))["yuan"]
    related = ("site", "account__customer", "account__unit", "recorded_by")
    return rows.select_related(*related).order_by("-received_on", "-pk"), total
