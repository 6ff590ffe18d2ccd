"""Accounts by the band of their score: counts, lists and the flow between bands, asked of the ledger for any day.

One reading (`sql/scored.sql`) answers all of them, so that every number has the accounts behind it.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final

from django.db import connection

from zhongshu.billing.queries.arrears import IGNORED_BELOW
from zhongshu.care.kinds import Band
from zhongshu.care.models import Policy
from zhongshu.care.policies.table import has_fallen
from zhongshu.care.queries.tables import Span, policy_on, spans_of
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.sql import statement
from zhongshu.web.paging import PAGE_SIZE, Page

NEW, GONE = "new", "gone"
"""Instead of a band: the account had not begun on the day before, or had ended by the day asked."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, as it is known now or was known at an instant."""

    on: date
    known_at: datetime | None = None


def overnight(on: date) -> Moment:
    """The day before as it was known when `on` began: what differs from it became true, or known, since then."""
    return Moment(on - timedelta(days=1), datetime.combine(on, time(), SITE_ZONE))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of accounts is narrowed to; None: not. `path`: of a building or entrance, empty: in no
    building; `keeper_id` 0: nobody's;
    `was`: the band on the day before; `moved`: fallen or risen by a band, or changed by any point since then."""

    path: str | None = None
    keeper_id: int | None = None
    text: str | None = None
    band: str | None = None
    was: str | None = None
    gold: bool | None = None
    moved: str | None = None
    months_from: int | None = None
    months_until: int | None = None
    account_ids: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Scored:
    """An account on the day; `score_before`, `band_before`: on the day before. `path`, `counted`: of its unit."""

    account_id: int
    number: str
    customer: str
    unit_id: int | None
    unit: str
    path: str
    counted: str
    keeper_id: int | None
    keeper: str
    score: int | None
    band: str
    is_gold: bool
    score_before: int | None
    band_before: str
    months: int

    @property
    def change(self) -> int | None:
        """Points since the day before."""
        return None if self.score is None or self.score_before is None else self.score - self.score_before


@dataclass(frozen=True, slots=True)
class Share:
    """Accounts of one keeper or building (`key`, `label`), by band and with the gold medal."""

    key: str
    label: str
    bands: dict[str, int]
    gold: int

    @property
    def total(self) -> int:
        return sum(self.bands.values())


@dataclass(frozen=True, slots=True)
class Flow:
    """How many accounts went from `before` to `after` between two days of `Flows.days`, `nth` and the next."""

    nth: int
    before: str
    after: str
    accounts: int

    @property
    def fell(self) -> bool:
        """By a band or more."""
        return {self.before, self.after} <= set(Band) and has_fallen(Band(self.before), Band(self.after))

    @property
    def rose(self) -> bool:
        """By a band or more."""
        return {self.before, self.after} <= set(Band) and has_fallen(Band(self.after), Band(self.before))


@dataclass(frozen=True, slots=True)
class Flows:
    """`counts`: by day, accounts of each band; `gold`: by day, accounts with the medal."""

    days: list[date]
    flows: list[Flow]
    counts: list[dict[str, int]]
    gold: list[int]


ORDERS: Final = {
    "score": "score, counted, account_id",
    "change": "score - score_before, counted, account_id",
    "months": "months DESC, score, account_id",
    "unit": "counted, account_id",
}
_BUILDING: Final = """
    LEFT JOIN LATERAL (
        SELECT above.code, above.label FROM estate_place above
        WHERE above.site_id = %(site_id)s AND above.kind = 'building'
          AND starts_with(listed.path || '/', above.path || '/') LIMIT 1
    ) building ON true
"""
BY: Final = {
    "keeper": ("coalesce(keeper_id, 0)::text", "keeper", ""),
    "building": ("coalesce(building.code, '-')", "coalesce(building.label, '')", _BUILDING),
}
_NO_MONTHS: Final = "SELECT NULL::bigint AS account_id, 0 AS months WHERE false"
_MONTHS: Final = "SELECT * FROM billing_arrears(%(site_id)s, NULL, %(on)s, %(on)s::date + 1, %(ignore_below)s, NULL)"
_COLUMNS: Final = ", ".join(field.name for field in fields(Scored))


def listed(
    site_id: int,
    now: Moment,
    before: Moment,
    wanted: Wanted,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
    order: str = "score",
) -> Page[Scored]:
    """A page of the accounts. Two statements, three beyond the end."""
    tail = f"""
        SELECT {_COLUMNS}, count(*) OVER () FROM listed
        ORDER BY {ORDERS[order]} LIMIT {size} OFFSET {(page - 1) * size}
    """  # noqa: S608 -- columns, an order of ORDERS and numbers
    rows = _asked(site_id, [now, before], wanted, _listed(is_owing=True) + tail)
    if not rows and page > 1:
        return listed(site_id, now, before, wanted, size=size, order=order)
    total = rows[0][-1] if rows else 0
    return Page([Scored(*row[:-1]) for row in rows], page, max(1, -(-total // size)), total)


def shares(site_id: int, now: Moment, wanted: Wanted, by: str) -> list[Share]:
    """Accounts by band, by `keeper` or `building`; in the order of their labels, nobody's last. Two statements."""
    key, label, join = BY[by]
    tail = f"""
        SELECT {key}, max({label}), band, count(*), count(*) FILTER (WHERE is_gold) FROM listed {join} GROUP BY 1, band
        ORDER BY max({label}) = '', min(counted), 1
    """  # noqa: S608 -- words of BY
    found: dict[str, Share] = {}
    for one, name, band, accounts, gold in _asked(site_id, [now, now], wanted, _listed() + tail):
        share = found.get(one) or Share(one, name, {}, 0)
        found[one] = Share(one, name, share.bands | {band: accounts}, share.gold + gold)
    return list(found.values())


def flows(site_id: int, moments: Sequence[Moment], wanted: Wanted) -> Flows:
    """The way of all accounts through the bands, from day to day, the earliest first. Two statements."""
    tail = """
        SELECT coalesce(earlier.nth, later.nth - 1), coalesce(earlier.band, 'new'), coalesce(later.band, 'gone'),
               count(*)
        FROM (SELECT * FROM banded WHERE nth < %(last)s) earlier
        FULL JOIN (SELECT * FROM banded WHERE nth > 0) later
            ON later.account_id = earlier.account_id AND later.nth = earlier.nth + 1
        GROUP BY 1, 2, 3
        UNION ALL
        SELECT nth, 'gold', CASE WHEN is_gold THEN 'gold' ELSE '' END, count(*) FROM banded GROUP BY nth, is_gold
        UNION ALL
        SELECT nth, 'at', band, count(*) FROM banded GROUP BY nth, band
    """
    rows = [Flow(*row) for row in _asked(site_id, moments, wanted, tail)]
    counts: list[dict[str, int]] = [dict.fromkeys(Band, 0) for _moment in moments]
    gold = [0] * len(moments)
    for row in rows:
        if row.before == "at":
            counts[row.nth][row.after] = row.accounts
        if row.after == "gold":
            gold[row.nth] = row.accounts
    passed = sorted((row for row in rows if row.before not in ("at", "gold")), key=lambda row: (row.nth, _rank(row)))
    return Flows([moment.on for moment in moments], passed, counts, gold)


def course(site_id: int, account_id: int, moments: Sequence[Moment]) -> list[int | None]:
    """The score of one account at each moment; None: it did not run that day. Two statements."""
    tail = "SELECT nth, score FROM banded"
    found = dict(_asked(site_id, moments, Wanted(account_ids=[account_id]), tail))
    return [found.get(nth) for nth in range(len(moments))]


def _rank(row: Flow) -> tuple[int, int]:
    order = [NEW, *Band, GONE]
    return order.index(row.before), order.index(row.after)


def _asked(site_id: int, moments: Sequence[Moment], wanted: Wanted, tail: str) -> list[tuple[Any, ...]]:
    spans = spans_of(site_id) or [Span(Policy(), None, None)]
    facts = asdict(wanted) | {
        "site_id": site_id,
        "on": max(moment.on for moment in moments),
        "last": len(moments) - 1,
        "ignore_below": IGNORED_BELOW,
        "account_ids": None if wanted.account_ids is None else list(wanted.account_ids),
        "days": json.dumps([{"nth": nth, **asdict(each)} for nth, each in enumerate(moments)], default=str),
        "bands": json.dumps([row for nth, each in enumerate(moments) for row in _bands(spans, nth, each.on)]),
        "beginnings": json.dumps([_beginning(span) for span in spans], default=str),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement("care", "scored") + tail, facts)
        return list(cursor.fetchall())


def _bands(spans: Sequence[Span], nth: int, on: date) -> list[dict[str, Any]]:
    """The table of the day; its last band holds the rest."""
    table = policy_on(spans, on).bands
    rows = [{"nth": nth, "name": name, "rank": rank, "least": least} for rank, (name, least) in enumerate(table)]
    return [*rows[:-1], rows[-1] | {"least": 0}]


def _beginning(span: Span) -> dict[str, Any]:
    return {"starts_on": span.starts_on, "ends_on": span.ends_on, "score": span.policy.initial_score}


@cache
def _listed(*, is_owing: bool = False) -> str:
    """`is_owing`: with the months in arrears, which cost more than all the rest."""
    return statement("care", "listed").replace("{{months}}", _MONTHS if is_owing else _NO_MONTHS)
