"""Billing's own rows against the ledger: they must say the same, account by account, at any time."""

from collections.abc import Iterable
from datetime import date

from django.db import connection

from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.ledger.queries import Difference


def sub_ledger_differences(site_id: int, on: date | None = None) -> list[Difference]:
    """Where receivables, account credit and what billing earned, waived or owes as tax differ; empty when all is well.

    `on`: as the books stood that day.
    """
    return [row for row in sub_ledgers(site_id, on) if row.ours != row.ledger]


def sub_ledgers(site_id: int, on: date | None = None) -> Iterable[Difference]:
    """Every account that billing moves, both ways of counting side by side."""
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "sub_ledgers"), {"site_id": site_id, "on": on or date.max})
        return [Difference(fund, code, mine or ZERO, theirs or ZERO) for fund, code, mine, theirs in cursor.fetchall()]
