"""Why an account has the score it has on a day, as it is known now or was known at an instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from json import loads
from typing import Any

from django.db import connection

from zhongshu.billing.queries.arrears import arrears
from zhongshu.care.kinds import Band, Rule
from zhongshu.care.models import Policy
from zhongshu.care.policies.table import band_of, clamped
from zhongshu.care.queries.tables import policy_on, spans_of
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in force on the day. `until`: exclusive, None while no end is known."""

    entry_id: int
    effective_on: date
    recorded_at: datetime
    rule: str
    occurrence: int
    points: int
    reason: str
    customer_reason: str
    policy_version: int
    until: date | None
    source: str
    reverses_id: int | None
    is_opening: bool


@dataclass(frozen=True, slots=True)
class TaskLine:
    """What people were asked to do by that day, and how it stood then."""

    task_id: int
    rule: str
    occurrence: int
    opened_on: date
    roles: tuple[str, ...]
    manner: str
    state: str
    hold: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A letter of the ladder, and how it stood then."""

    rule: str
    kind: str
    on: date
    state: str
    number: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """`total` is the sum before it is clamped to the score. Entries and letters are in the order of their days."""

    account: str
    on: date
    total: int
    score: int
    band: Band
    gold: bool
    months_in_arrears: int
    entries: tuple[Line, ...]
    tasks: tuple[TaskLine, ...]
    notices: tuple[NoticeLine, ...]


_ENTRIES = """
    SELECT entry.id, entry.effective_on, entry.recorded_at, entry.rule, entry.occurrence, entry.points, entry.reason,
           entry.customer_reason, policy.version, ended.until, entry.source, entry.reverses_id, entry.is_opening
    FROM care_entry entry
    JOIN care_policy policy ON policy.id = entry.policy_id
    LEFT JOIN LATERAL (
        SELECT entry_id, in_force_until FROM care_entryend late
        WHERE late.entry_id = entry.id AND (%(known_at)s::timestamptz IS NULL OR late.recorded_at <= %(known_at)s)
        ORDER BY late.recorded_at DESC, late.id DESC LIMIT 1
    ) late ON true
    CROSS JOIN LATERAL (
        SELECT CASE WHEN late.entry_id IS NULL THEN entry.in_force_until ELSE late.in_force_until END AS until
    ) ended
    WHERE entry.site_id = %(site_id)s AND entry.account_id = %(account_id)s AND entry.effective_on <= %(on)s
      AND (ended.until IS NULL OR ended.until > %(on)s)
      AND (%(known_at)s::timestamptz IS NULL OR entry.recorded_at <= %(known_at)s)
    ORDER BY entry.effective_on, entry.id
"""
_TASKS = """
    SELECT task.id, task.rule, task.occurrence, task.opened_on, task.roles, task.manner, moved.state,
           CASE WHEN moved.state = 'held' THEN task.hold ELSE '' END
    FROM care_task task
    JOIN LATERAL (
        SELECT state FROM care_taskmove move
        WHERE move.task_id = task.id AND move."on" <= %(on)s
          AND (%(known_at)s::timestamptz IS NULL OR move.recorded_at <= %(known_at)s)
        ORDER BY move.id DESC LIMIT 1
    ) moved ON true
    WHERE task.site_id = %(site_id)s AND task.account_id = %(account_id)s AND task.roles <> '[]'
    ORDER BY task.opened_on, task.id
"""
_NOTICES = """
    SELECT task.rule, notice.kind, notice."on",
           CASE WHEN notice.state = 'withdrawn'
                     AND notice.withdrawn_at > coalesce(%(known_at)s::timestamptz, 'infinity') THEN 'planned'
                WHEN notice.state = 'sent' AND notice.sent_on > %(on)s THEN 'planned' ELSE notice.state END,
           notice.number
    FROM care_task task JOIN collecting_notice notice ON notice.id = task.notice_id
    WHERE task.site_id = %(site_id)s AND task.account_id = %(account_id)s AND notice."on" <= %(on)s
      AND (%(known_at)s::timestamptz IS NULL OR notice.made_at <= %(known_at)s)
    ORDER BY notice."on", notice.id
"""


def explain(account_id: int, on: date, known_at: datetime | None = None) -> Explanation:
    """What makes the score of a scored account on a day. Raises Account.DoesNotExist for all others."""
    account = Account.objects.get(pk=account_id, kind=AccountKind.ORDINARY)
    asked = {"site_id": account.site_id, "account_id": account_id, "on": on, "known_at": known_at}
    lines = tuple(Line(*row) for row in _asked(_ENTRIES, asked))
    spans = spans_of(account.site_id)
    bands, initial = _table(policy_on(spans, on), policy_on(spans, account.starts_on)) if spans else _table()
    total = initial + sum(line.points for line in lines)
    months = arrears(account.site_id, on=on, account_ids=[account_id], known_at=known_at).get(account_id)
    return Explanation(
        account=account.number,
        on=on,
        total=total,
        score=clamped(total),
        band=band_of(clamped(total), bands),
        gold=_is_gold(lines),
        months_in_arrears=months.months if months else 0,
        entries=lines,
        tasks=tuple(_task(*row) for row in _asked(_TASKS, asked)),
        notices=tuple(NoticeLine(*row) for row in _asked(_NOTICES, asked)),
    )


def _table(now: Policy | None = None, opened: Policy | None = None) -> tuple[list[list[Any]], int]:
    """The bands and the initial score; before anything was evaluated those of the document."""
    return (now or Policy()).bands, (opened or Policy()).initial_score


def _task(*facts: Any) -> TaskLine:
    task_id, rule, occurrence, opened_on, roles, *rest = facts
    return TaskLine(task_id, rule, occurrence, opened_on, tuple(loads(roles)), *rest)


def _is_gold(lines: Iterable[Line]) -> bool:
    found = list(lines)
    reversed_ids = {line.reverses_id for line in found}
    return any(line.rule == Rule.PREPAID_12 and line.entry_id not in reversed_ids for line in found)


def _asked(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


_OF_TASK = ("rule", "occurrence", "opened_on", "roles", "manner", "state")


def as_told(shown: Explanation) -> dict[str, Any]:
    """The explanation for programs."""
    return {
        "account": shown.account,
        "on": shown.on,
        "score": shown.score,
        "band": shown.band,
        "gold": shown.gold,
        "months_in_arrears": shown.months_in_arrears,
        "entries": [_entry(line) for line in shown.entries],
        "tasks": [_picked(task, _OF_TASK) for task in shown.tasks],
        "notices": [_picked(notice, ("rule", "kind", "on", "state")) for notice in shown.notices],
    }


def _entry(line: Line) -> dict[str, Any]:
    names = ("effective_on", "recorded_at", "rule", "occurrence", "points", "reason", "customer_reason")
    told = _picked(line, (*names, "policy_version"))
    return told | {"in_force_until": line.until, "source": line.source}


def _picked(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
