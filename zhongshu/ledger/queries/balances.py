"""What stands on the accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db import connection
from django.db.models import Sum

from zhongshu.kernel.sql import statement
from zhongshu.ledger.models import Leg

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Balances:
    """One account on a day: what it brought into the month, the month's debits and credits up to the day, and what
    stands on it then. `opening` and `closing` are debits less credits."""

    account_id: int
    fund: str
    code: str
    name: str
    kind: str
    opening: Decimal
    debit: Decimal
    credit: Decimal
    closing: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """A fund of a trial balance with its accounts. `debit` and `credit` are the month's; `difference` is nothing."""

    fund: str
    rows: list[Balances]
    debit: Decimal
    credit: Decimal
    closing_debit: Decimal
    closing_credit: Decimal

    @property
    def difference(self) -> Decimal:
        return self.closing_debit - self.closing_credit


def balance(site_id: int, fund: str, code: str, on: date | None = None) -> Decimal:
    """Debits less credits of an account up to and including the day; None: of all that is posted."""
    legs = Leg.objects.filter(account__site_id=site_id, account__fund=str(fund), account__code=code)
    legs = legs.filter(entry__dated_on__lte=on) if on else legs
    total: Decimal | None = legs.aggregate(total=Sum("amount"))["total"]
    return total if total is not None else NOTHING


def trial_balance(site_id: int, on: date) -> list[Balances]:
    """Every account of the site that was ever posted to, by fund and code; each fund's closings come to zero."""
    with connection.cursor() as cursor:
        cursor.execute(statement("ledger", "trial_balance"), {"site_id": site_id, "on": on})
        return [Balances(*row) for row in cursor.fetchall()]


def totals(rows: Iterable[Balances]) -> list[Totals]:
    """The same, fund by fund."""
    return [_totals(fund, list(group)) for fund, group in groupby(rows, key=lambda row: row.fund)]


def _totals(fund: str, rows: list[Balances]) -> Totals:
    closings = [row.closing for row in rows]
    return Totals(
        fund,
        rows,
        debit=sum((row.debit for row in rows), NOTHING),
        credit=sum((row.credit for row in rows), NOTHING),
        closing_debit=sum((closing for closing in closings if closing > 0), NOTHING),
        closing_credit=-sum((closing for closing in closings if closing < 0), NOTHING),
    )
