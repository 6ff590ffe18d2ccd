"""The statement of an account: what it owed at the end of a day, past or to come, with late fees to that day.

It tells what is known now: a charge reversed as wrong and a payment that bounced never were. Late fees by the one rule
(`queries.debts.late_fees`), months in arrears by the one definition (`queries.arrears`).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from zhongshu.billing.queries.arrears import IGNORED_BELOW, Arrears, arrears
from zhongshu.billing.queries.debts import late_fees, policy_at
from zhongshu.estate.models import Account
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement as text_of

PaidUntil = dict[str, date | None]
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """A charge for `[period_start, period_end)` with something open on the day, in yuan: `open_amount` of its
    principal, and `late_fee`, posted or not."""

    charge_id: int
    item: str
    item_name: str
    place: str
    period_start: date
    period_end: date
    due_on: date
    amount: Decimal
    open_amount: Decimal
    late_fee: Decimal
    is_disputed: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What an account owed and had to its credit at the end of `on`, in yuan.

    `paid_until`: by code of the item, the last day up to which it is paid without a gap, months paid ahead included;
    None where not even the first is.
    """

    account_id: int
    on: date
    lines: tuple[Line, ...]
    credit: Decimal
    arrears: Arrears | None
    paid_until: PaidUntil

    @property
    def principal(self) -> Decimal:
        return sum((line.open_amount for line in self.lines), ZERO)

    @property
    def late_fees(self) -> Decimal:
        return sum((line.late_fee for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.late_fees

    @property
    def months_in_arrears(self) -> int:
        return self.arrears.months if self.arrears else 0

    @property
    def due(self) -> Decimal:
        """What of it should have been paid by the end of the day, with late fees."""
        return sum((line.open_amount + line.late_fee for line in self.lines if line.due_on <= self.on), ZERO)


def statement(account_id: int, on: date) -> Statement:
    """Of one account. At most seven statements of SQL."""
    site_id = Account.objects.values_list("site_id", flat=True).get(pk=account_id)
    return statements(site_id, [account_id], on)[account_id]


def statements(site_id: int, account_ids: Collection[int], on: date) -> dict[int, Statement]:
    """Of many accounts of a site, by account; the same six statements of SQL for any number."""
    lines: dict[int, list[Line]] = {pk: [] for pk in account_ids}
    for account_id, line in _lines(site_id, account_ids, on):
        lines[account_id].append(line)
    credits, late = _credits(account_ids, on), arrears(site_id, on=on, account_ids=account_ids)
    paid = paid_until(site_id, on, account_ids=account_ids)
    return {
        pk: Statement(pk, on, tuple(lines[pk]), credits.get(pk, ZERO), late.get(pk), paid.get(pk, {}))
        for pk in account_ids
    }


def paid_until(
    site_id: int,
    on: date,
    *,
    account_ids: Collection[int] | None = None,
    items: Collection[str] | None = None,
    paid_before: date | None = None,
    ignore_below: Decimal = IGNORED_BELOW,
    known_at: datetime | None = None,
) -> dict[int, PaidUntil]:
    """By account and code of the item, the last day up to which it was paid without a gap at the end of `on`.

    Of all of the site or the named ones; accounts never charged are left out. With `paid_before` only money received
    before that day counts; with `known_at`, only what had been recorded by that instant.
    """
    wanted: dict[str, Any] = {
        "site_id": site_id,
        "account_ids": None if account_ids is None else list(account_ids),
        "item_codes": None if items is None else list(items),
        "paid_before": paid_before or on + _A_DAY,
        "ignore_below": ignore_below,
        "known_at": known_at,
    }
    found: dict[int, PaidUntil] = {}
    for account_id, code, first_not_paid in _rows("paid_until", wanted):
        found.setdefault(account_id, {})[code] = first_not_paid and first_not_paid - _A_DAY
    return found


def _lines(site_id: int, account_ids: Collection[int], on: date) -> Iterator[tuple[int, Line]]:
    rows = _rows("statements", {"site_id": site_id, "account_ids": list(account_ids), "on": on})
    accruing = [row[1] for row in rows if row[11]]
    freezes = policy_at(site_id, on).freezes_disputed
    late = late_fees(site_id, on=on, freezes=freezes, charge_ids=accruing) if accruing else {}
    for account_id, charge_id, *facts, open_amount, paid_late, _accrues, is_disputed in rows:
        late_fee = max(late[charge_id].accrued - paid_late, ZERO) if charge_id in late else ZERO
        if open_amount or late_fee:
            yield account_id, Line(charge_id, *facts, open_amount, late_fee, is_disputed)  # type: ignore[call-arg]


def _credits(account_ids: Collection[int], on: date) -> dict[int, Decimal]:
    return dict(_rows("credit_at", {"account_ids": list(account_ids), "on": on}))


def _rows(name: str, wanted: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text_of("billing", name), wanted)
        return list(cursor.fetchall())


def told(of: Account, found: Statement) -> dict[str, Any]:
    """For programs: amounts as text with two places, days as ISO text; `period_end` is the first day after."""
    return {
        "account": of.number,
        "site": of.site.code,
        "on": str(found.on),
        "charges": [_line_told(line) for line in found.lines],
        "principal": str(found.principal),
        "late_fees": str(found.late_fees),
        "credit": str(found.credit),
        "months_in_arrears": found.months_in_arrears,
        "paid_until": {code: day and str(day) for code, day in found.paid_until.items()},
    }


def _line_told(line: Line) -> dict[str, Any]:
    days = {name: str(getattr(line, name)) for name in ("period_start", "period_end", "due_on")}
    amounts = {"amount": str(line.amount), "open": str(line.open_amount), "late_fee": str(line.late_fee)}
    words = {"charge": line.charge_id, "item": line.item, "item_name": line.item_name, "place": line.place}
    return words | days | amounts | {"is_disputed": line.is_disputed}
