"""The ledger as it stands beside what a back-test says of the same days."""

from collections import Counter
from datetime import date
from typing import Any

from django.db import connection

from zhongshu.care.engine.back_test import Window, looked_back
from zhongshu.care.kinds import Band
from zhongshu.care.models import Entry, Policy, Task, TaskMove
from zhongshu.care.queries import explain
from zhongshu.collecting.models import Notice
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site


def both_ledgers(site_id: int, first: date, last: date, policy: Policy) -> tuple[list[str], list[str]]:
    """Every entry with its end: as a back-test finds them, as they stand."""
    looked_back(Window(Site.objects.get(pk=site_id), first, last), policy)
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, rule, occurrence, points, effective_on, until FROM care_back_entry")
        found = [_said(*row) for row in cursor.fetchall() if row[4] < last]
    return sorted(found), sorted(_standing(site_id, last))


def _standing(site_id: int, before: date) -> list[str]:
    rows = list(Entry.objects.filter(site_id=site_id, effective_on__lt=before).prefetch_related("ends", "reversal"))
    days = {row.pk: row.effective_on for row in rows}
    never = {row.reverses_id for row in rows if row.reverses_id and days[row.reverses_id] == row.effective_on}
    true = [row for row in rows if row.pk not in never and row.reverses_id not in never]
    return [_said(row.account_id, row.rule, row.occurrence, row.points, row.effective_on, _until(row)) for row in true]


def _until(row: Entry) -> date | None:
    ends = sorted(row.ends.all(), key=lambda end: (end.recorded_at, end.pk))
    return ends[-1].in_force_until if ends else row.in_force_until


def _said(account_id: int, rule: str, occurrence: int, points: int, on: date, until: date | None) -> str:
    return f"{account_id} {on} {rule} {'' if rule == 'reversal' else occurrence} {points} {until}"


def what_was(window: Window) -> dict[str, Any]:
    """Bands, entries, tasks and letters of the ledger, in the shape of a back-test."""
    return {"bands": [_bands(day) for day in window.ends], "rules": _rules(window), **_work(window)}


def _bands(day: date) -> dict[str, Any]:
    shown = [explain(pk, day) for pk in Account.objects.filter(kind="ordinary").values_list("pk", flat=True)]
    counted = Counter(one.band for one in shown)
    gold = sum(one.gold for one in shown)
    return {"on": day, "accounts": len(shown), "gold": gold, **{str(band): counted[band] for band in Band}}


def _rules(window: Window) -> dict[str, dict[str, int]]:
    entries: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for row in _standing(window.site.pk, window.to_on):
        _account, on, rule, *_occurrence, number, _until = row.split()
        if window.from_on <= date.fromisoformat(on):
            entries[rule] += 1
            points[rule] += int(number)
    return {rule: {"entries": entries[rule], "points": points[rule]} for rule in sorted(entries)}


def _work(window: Window) -> dict[str, Any]:
    within = (window.from_on, window.upto)
    opened: dict[int, date] = {}
    for task_id, on in TaskMove.objects.filter(state__in=("open", "done")).order_by("pk").values_list("task", "on"):
        opened.setdefault(task_id, on)
    asked = Task.objects.exclude(roles=[]).values_list("pk", "rule")
    tasks = Counter(rule for pk, rule in asked if pk in opened and within[0] <= opened[pk] <= within[1])
    sent = Notice.objects.filter(on__range=within, source__startswith="care:")
    letters = Counter(sent.values_list("kind", flat=True))
    return {"tasks_by_rule": dict(sorted(tasks.items())), "letters": dict(letters)}
