"""Who owes something past due: one list for every page of arrears, asked of the database in one statement."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final

from django.db import connection

from zhongshu.billing.queries.arrears import IGNORED_BELOW
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a list of arrears is narrowed to; None: not. `path`: of a building or entrance; `plan`: kept, broken, or
    empty for none; `reason`: empty for none known."""

    months_from: int | None = None
    months_until: int | None = None
    path: str | None = None
    keeper_id: int | None = None
    reason: str | None = None
    plan: str | None = None
    disputed: bool | None = None
    account_ids: Collection[int] | None = None


@dataclass(frozen=True, slots=True)
class Owing:
    """An account that owes. `principal` yuan past due; `months` in arrears (0: what is past due
    is no recurring service); `outcome` and `promised_on` of the last contact; `is_gone`: the account has ended."""

    account_id: int
    number: str
    customer_id: int
    customer: str
    unit: str
    path: str
    months: int
    due_on: date
    principal: Decimal
    is_disputed: bool
    keeper_id: int | None
    keeper: str
    reason: str
    reason_note: str
    plan_id: int | None
    plan: str
    contacted_at: datetime | None
    outcome: str
    promised_on: date | None
    is_gone: bool


@dataclass(frozen=True, slots=True)
class OwingPage:
    """`rows` of page `number` of `pages`; `total` accounts that owe `principal` yuan in all."""

    rows: list[Owing]
    number: int
    pages: int
    total: int
    principal: Decimal

    is_exact: bool = True

    @property
    def total_in_words(self) -> str:
        return str(self.total)

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True, slots=True)
class Share:
    """What falls to one keeper, building, reason … (`label`; `key` to narrow by): accounts, yuan past due, those with
    three months and more, with a plan that is kept, one that is broken, and never spoken to."""

    key: str
    label: str
    accounts: int
    principal: Decimal
    three_months: int
    kept: int
    broken: int
    silent: int


PAGE_SIZE: Final = 30
ORDERS: Final = {
    "months": "months DESC, principal DESC, account_id",
    "amount": "principal DESC, account_id",
    "unit": "path, account_id",
    "day": "(promised_on IS NOT NULL AND promised_on < %(on)s) DESC, contacted_at NULLS FIRST, months DESC, account_id",
}
BY: Final = {
    "keeper": ("coalesce(keeper_id::text, '')", "keeper"),
    "reason": ("reason", "reason"),
    "months": ("least(months, 13)::text", "least(months, 13)::text"),
}
_TOP: Final = ", ".join(field.name for field in fields(Owing))


def owing(
    site_id: int, on: date, wanted: Narrowed, *, page: int = 1, size: int = PAGE_SIZE, order: str = "months"
) -> OwingPage:
    """A page of them, and what all of them come to. One statement, two beyond the end."""
    rows = _rows(site_id, on, wanted, order, limit=size, offset=(page - 1) * size)
    if not rows and page > 1:
        return owing(site_id, on, wanted, size=size, order=order)
    total, principal = (rows[0][-2], rows[0][-1]) if rows else (0, ZERO)
    shown = [Owing(*row[:-2]) for row in rows]
    return OwingPage(shown, page, max(1, -(-total // size)), total, principal)


def shares(site_id: int, on: date, wanted: Narrowed, by: str) -> list[Share]:
    """What all of them come to, by `keeper`, `reason` or `months`, the largest first. One statement."""
    key, label = BY[by]
    tail = f"""
        SELECT {key}, max({label}), count(*), sum(principal), count(*) FILTER (WHERE months >= 3),
               count(*) FILTER (WHERE plan = 'kept'), count(*) FILTER (WHERE plan = 'broken'),
               count(*) FILTER (WHERE contacted_at IS NULL)
        FROM listed GROUP BY 1 ORDER BY sum(principal) DESC, 1
    """  # noqa: S608 -- key and label are of BY
    return [Share(*row) for row in _ask(site_id, on, wanted, tail)]


def _rows(site_id: int, on: date, wanted: Narrowed, order: str, *, limit: int, offset: int) -> list[tuple[Any, ...]]:
    tail = f"""
        SELECT {_TOP}, count(*) OVER (), sum(principal) OVER () FROM listed
        ORDER BY {ORDERS[order]} LIMIT {limit} OFFSET {offset}
    """  # noqa: S608 -- columns, an order of ORDERS and numbers
    return _ask(site_id, on, wanted, tail)


def _ask(site_id: int, on: date, wanted: Narrowed, tail: str) -> list[tuple[Any, ...]]:
    named = None if wanted.account_ids is None else list(wanted.account_ids)
    facts = asdict(wanted) | {"account_ids": named, "site_id": site_id, "on": on, "ignore_below": IGNORED_BELOW}
    with connection.cursor() as cursor:
        cursor.execute(_listed() + tail, facts)
        return list(cursor.fetchall())


@cache
def _listed() -> str:
    return statement("collecting", "arrears").replace("{{plans}}", statement("collecting", "plans"))
