"""Days on which a payment plan was being kept: points pause, and what people were asked to do waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.db import connection

from zhongshu.care.engine.statements import rows
from zhongshu.collecting.queries import plan_kept_at

_NEVER: tuple[date | None, date | None] = (None, None)

_WRITE = """
    INSERT INTO care_now_pause
    SELECT account_id, coalesce(range_agg(daterange(starts_on, ends_on)) FILTER (WHERE starts_on IS NOT NULL), '{}')
    FROM unnest(%s::bigint[], %s::date[], %s::date[]) kept(account_id, starts_on, ends_on)
    GROUP BY account_id
"""


def note(values: Mapping[str, Any]) -> None:
    """Write down the days of every account of the site that has, or had, a plan."""
    turns: dict[int, list[date]] = defaultdict(list)
    for account_id, day in rows("plan_turns", values):
        turns[account_id].append(day)
    if not turns:
        return
    kept = _kept(turns)
    found = [
        (account_id, *span) for account_id, days in turns.items() for span in _spans(account_id, days, kept) or [_NEVER]
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(column) for column in zip(*found, strict=True)])


def _kept(turns: Mapping[int, Iterable[date]]) -> dict[date, set[int]]:
    """By day on which something about a plan changed, whose plan is kept."""
    asked: dict[date, list[int]] = defaultdict(list)
    for account_id, days in turns.items():
        for day in days:
            asked[day].append(account_id)
    return {day: plan_kept_at(account_ids, day) for day, account_ids in asked.items()}


def _spans(account_id: int, days: list[date], kept: Mapping[date, set[int]]) -> list[tuple[date | None, date | None]]:
    """As it stands on a day, so until the next on which something changes; the last of them holds on."""
    ends: list[tuple[date, date | None]] = [*pairwise(days), (days[-1], None)]
    return [(day, until) for day, until in ends if account_id in kept[day]]
