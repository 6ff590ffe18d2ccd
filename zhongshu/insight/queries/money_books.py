"""Figures of money against the ledger: what they come to by billing's days, by the days of the books, and there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from zhongshu.billing.policies.legs import MONEY
from zhongshu.insight.queries.matters import rows_of
from zhongshu.insight.queries.money import Cut
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.ledger.kinds import Fund
from zhongshu.ledger.models import LedgerAccount


@dataclass(frozen=True, slots=True)
class Reconciled:
    """`told`: by billing's own days. `booked`: by the days on which its entries stand in the books. Yuan.

    The two differ by what was told after its month was closed, undone later, or issued before it was due; `booked` and
    `ledger` never do.
    """

    site_id: int
    told: Decimal
    booked: Decimal
    ledger: Decimal

    @property
    def shift(self) -> Decimal:
        """What stands in the books on other days."""
        return self.booked - self.told

    @property
    def difference(self) -> Decimal:
        return self.ledger - self.booked


@dataclass(frozen=True, slots=True)
class Receivable(Reconciled):
    """Everything open at the end of a day: fees (late or not yet due), late fees, deposits asked for."""

    fees: Decimal
    late_fees: Decimal
    deposits: Decimal


@dataclass(frozen=True, slots=True)
class Cleared(Reconciled):
    """What money cleared over some days, and what: fees of the year, older ones, not yet due ones, late fees, deposits.

    `money` came in (less what bounced or was paid back); `credit` is what account credit fell by.
    """

    current: Decimal
    old: Decimal
    later: Decimal
    late_fees: Decimal
    deposits: Decimal
    money: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Received(Reconciled):
    """Money received less paid back, by the ledger's account of the method."""

    code: str
    account_id: int | None


def receivable(of: Cut) -> list[Receivable]:
    """By site, at the end of the day. One statement."""
    text = statement("insight", "receivable_now" if of.is_now else "receivable_then")
    return [
        Receivable(site_id, fees + late + deposits, booked, ledger, fees, late, deposits)
        for site_id, fees, late, deposits, booked, ledger in rows_of(text, of.values)
    ]


def cleared(of: Cut) -> list[Cleared]:
    """By site, from the beginning of the year to the end of the day. One statement."""
    found = []
    for site_id, *parts, booked, money, credit in rows_of(statement("insight", "cleared"), of.values):
        current, old, later, late, deposits = parts
        told = sum(parts, ZERO)
        found.append(Cleared(site_id, told, booked, money + credit, current, old, later, late, deposits, money, credit))
    return found


def received(site_ids: Sequence[int], *, since: date, until: date) -> list[Received]:
    """By site and account of the ledger. One statement."""
    values = {"sites": list(site_ids), "since": since, "until": until, "codes": json.dumps(_CODES)}
    return [
        Received(site_id, told, booked, ledger, code, account_id)
        for site_id, code, told, booked, ledger, account_id in rows_of(statement("insight", "takings_booked"), values)
    ]


_CODES = {str(method): code for method, code in MONEY.items()}


def ledger_accounts(site_ids: Sequence[int], codes: Sequence[str]) -> list[LedgerAccount]:
    """Those of the sites' accounts with these codes, the operating fund's first. One statement."""
    order = list(Fund)
    rows = LedgerAccount.objects.filter(site_id__in=site_ids, code__in=codes)
    return sorted(rows, key=lambda row: (row.site_id, order.index(Fund(row.fund)), row.code))
