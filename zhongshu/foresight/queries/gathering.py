"""What was known on mornings of the past, and what came of it."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from zhongshu.billing.queries.arrears import IGNORED_BELOW
from zhongshu.care.models import GoLive
from zhongshu.care.policies.table import months_later
from zhongshu.care.queries.tables import spans_of
from zhongshu.foresight.kinds import FEATURES
from zhongshu.foresight.policies.slices import AHEAD
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.sql import statement

Numbers = NDArray[np.float64]

MOST_DRAWN = 5_000
"""Accounts learned from, of all sites together: with more, nothing changes but the time it takes."""

_DRAWN = """
    SELECT site_id, array_agg(id ORDER BY id) FROM (
        SELECT site_id, id FROM estate_account WHERE kind = 'ordinary' AND site_id = ANY (%(sites)s)
        ORDER BY md5(id::text) LIMIT %(most)s
    ) drawn GROUP BY site_id ORDER BY site_id
"""
_FIRST = "SELECT min(due_on) FROM billing_charge WHERE site_id = ANY (%(sites)s)"
_SOME_HISTORY = 3
"""Months of bills before the first morning."""


@dataclass(frozen=True)
class Known:
    """A row per account: its id, its months in arrears, its features in the order of `kinds.Feature`."""

    accounts: tuple[int, ...]
    months: NDArray[np.int64]
    features: Numbers


@dataclass(frozen=True)
class Examples:
    """Known of several mornings, and whether the account reached three months within six: 1 or 0."""

    accounts: tuple[int, ...]
    months: NDArray[np.int64]
    features: Numbers
    happened: Numbers


def drawn_accounts(site_ids: Sequence[int]) -> dict[int, list[int]]:
    """By site, the accounts that are learned from; the same ones each time."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, {"sites": list(site_ids), "most": MOST_DRAWN})
        return dict(cursor.fetchall())


def first_morning(site_ids: Sequence[int]) -> date | None:
    """Since when there has been enough to be known; None: nothing was ever charged."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST, {"sites": list(site_ids)})
        found: date | None = cursor.fetchone()[0]
    return months_later(found, _SOME_HISTORY) if found else None


def known(site_id: int, on: date, account_ids: Sequence[int] | None = None) -> Known:
    """As of the morning of `on`; nothing dated or (since the site went live) written down later."""
    since = datetime.combine(on, time(), SITE_ZONE)
    values = {"since": since, "known_at": max(since, _went_live(site_id) or since), "on": on}
    rows = _rows("known", site_id, account_ids, **values)
    table = np.array(rows, dtype=float).reshape(len(rows), 2 + len(FEATURES))
    return Known(tuple(row[0] for row in rows), table[:, 1].astype(int), table[:, 2:])


def examples(site_id: int, days: Iterable[date], account_ids: Sequence[int], *, upto: date) -> Examples:
    """Of these mornings, each at least six months before `upto`."""
    found = [(day, known(site_id, day, account_ids)) for day in days]
    fell = _fell(site_id, account_ids, since=min(day for day, _known in found), upto=upto)
    outcomes = [float(_within(fell.get(pk, []), day)) for day, each in found for pk in each.accounts]
    return Examples(
        accounts=tuple(pk for _day, each in found for pk in each.accounts),
        months=np.concatenate([each.months for _day, each in found]),
        features=np.concatenate([each.features for _day, each in found]),
        happened=np.array(outcomes),
    )


def together(parts: Sequence[Examples]) -> Examples:
    """Those of several sites as one."""
    return Examples(
        accounts=tuple(pk for part in parts for pk in part.accounts),
        months=np.concatenate([part.months for part in parts]),
        features=np.concatenate([part.features for part in parts]),
        happened=np.concatenate([part.happened for part in parts]),
    )


def reached(site_id: int, account_ids: Sequence[int], on: date) -> set[int]:
    """Which of these accounts reached three months within the six after that morning, as it is known now."""
    fell = _fell(site_id, account_ids, since=on, upto=months_later(on, AHEAD))
    return {pk for pk, days in fell.items() if _within(days, on)}


def _fell(site_id: int, account_ids: Sequence[int], *, since: date, upto: date) -> dict[int, list[date]]:
    days: dict[int, list[date]] = {}
    for pk, day in _rows("reached", site_id, account_ids, since=since, upto=upto):
        days.setdefault(pk, []).append(day)
    return days


def _within(days: Sequence[date], on: date) -> bool:
    """Whether one of the days, in order, lies in the six months after."""
    return bisect_right(days, months_later(on, AHEAD)) > bisect_right(days, on)


def _went_live(site_id: int) -> datetime | None:
    """What was brought along then was written down long after it happened: it counts from its own days."""
    return GoLive.objects.filter(site_id=site_id).values_list("at", flat=True).first()


def _rows(name: str, site_id: int, account_ids: Sequence[int] | None, **values: Any) -> list[tuple[Any, ...]]:
    asked = None if account_ids is None else list(account_ids)
    given = {"site_id": site_id, "account_ids": asked, "ignore_below": _ignored_below(site_id), **values}
    with connection.cursor() as cursor:
        cursor.execute(statement("foresight", name), given)
        return list(cursor.fetchall())


def _ignored_below(site_id: int) -> Decimal:
    """As the score counts now."""
    spans = spans_of(site_id)
    return spans[-1].policy.ignore_below if spans else IGNORED_BELOW
