"""Months in arrears: the one definition lives in the database (`billing_arrears`); here is how to ask it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

IGNORED_BELOW = Decimal("1.00")
"""A remainder of a month below it counts as paid, where no policy says otherwise."""

_ARREARS = "SELECT * FROM billing_arrears(%s, %s::bigint[], %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Arrears:
    """`months`: calendar months of service that ended, are past due and not paid in principal."""

    account_id: int
    months: int
    oldest_due_on: date
    oldest_month: date


def arrears(
    site_id: int,
    *,
    on: date,
    account_ids: Collection[int] | None = None,
    paid_before: date | None = None,
    ignore_below: Decimal = IGNORED_BELOW,
    known_at: datetime | None = None,
) -> dict[int, Arrears]:
    """By account, of all of the site or the named ones; accounts without arrears are left out.

    Money received on the day itself counts; with `paid_before` only what was received before that day. With
    `known_at`, only what had been recorded by that instant.
    """
    before = paid_before or on + timedelta(days=1)
    named = None if account_ids is None else list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(_ARREARS, [site_id, named, on, before, ignore_below, known_at])
        return {row[0]: Arrears(*row) for row in cursor.fetchall()}
