"""The evaluation of the score for ever more accounts, against one plain statement that writes the same rows.

A year of monthly fees, nothing of it paid by one account in ten, the last four months not by two in ten; the rest is
paid in time. The first evaluation comes late and finds all of it. Then come days on which nothing happens, and days on
which one account in a hundred of those behind pays a bill; then `explain` is asked for account after account. The floor
aggregates the charges of every account and inserts the rows that the first evaluation wrote (entries, episodes, tasks
with lines and moves, letters with what they name, standings, plans, messages), kept from it, into tables with the same
columns, keys, checks, indexes and foreign keys.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bench import kit
from bench.filling import DWELLINGS
from bench.kit import Report, spread

SIZES = [5_000, 100_000, 1_000_000]
FIRSTS = [date(2025, month, 1) for month in range(1, 13)]
LATE = date(2026, 2, 3)
GUARDED = ("ledger_entry", "billing_charge", "billing_payment", "billing_allocation")

_FILLED = (
    *DWELLINGS,
    """
    INSERT INTO billing_charge
        (site_id, account_id, item_id, entry_id, source_id, revision, period_start, period_end, due_on,
         issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount,
         detail)
    SELECT account.site_id, account.id, %(item)s, 0, 0, 0, first, first + interval '1 month',
           first + interval '1 month' - interval '1 day', first, first, 100, 2, 200, 0, 0, 0, 'owner',
           CASE WHEN account.id %% 10 = 0 OR account.id %% 10 < 3 AND nth > 8 THEN 200 ELSE 0 END, '{}'
    FROM estate_account account, unnest(%(firsts)s::date[]) WITH ORDINALITY AS month (first, nth)
    WHERE account.site_id = %(site)s
    """,
    """
    INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo, actor_name)
    VALUES (%(site)s, 'B' || %(site)s, '2025-01-01', '2025-01-01', 'payment', 'bench:' || %(site)s, '', '')
    """,
    """
    INSERT INTO billing_payment
        (site_id, number, account_id, amount, method, reference, received_on, recorded_at, payer_name, note,
         unallocated, entry_id)
    SELECT site_id, 'B' || id, account_id, 200, 'cash', 'B' || id, due_on, recorded_at, '', '', 0,
           (SELECT max(id) FROM ledger_entry)
    FROM billing_charge WHERE site_id = %(site)s AND open_amount = 0
    """,
    """
    INSERT INTO billing_allocation (site_id, charge_id, payment_id, amount, "on", recorded_at, order_used, entry_id)
    SELECT charge.site_id, charge.id, payment.id, 200, charge.due_on, charge.recorded_at, '', payment.entry_id
    FROM billing_charge charge JOIN billing_payment payment ON payment.number = 'B' || charge.id
    WHERE charge.site_id = %(site)s
    """,
)
#: One bill each of so many accounts that owe something, paid today. Parameters: site, at, on, many.
_PAID = (
    """
    INSERT INTO billing_payment
        (site_id, number, account_id, amount, method, reference, received_on, recorded_at, payer_name, note,
         unallocated, entry_id)
    SELECT site_id, %(on)s || '-' || charge_id, account_id, 200, 'cash', %(on)s || '-' || charge_id, %(on)s::date,
           %(at)s, '', '', 200, (SELECT max(id) FROM ledger_entry)
    FROM (
        SELECT site_id, account_id, min(id) AS charge_id FROM billing_charge
        WHERE site_id = %(site)s AND open_amount > 0 GROUP BY site_id, account_id ORDER BY hashint8(account_id)
        LIMIT %(many)s
    ) oldest
    """,
    """
    INSERT INTO billing_allocation (site_id, charge_id, payment_id, amount, "on", recorded_at, order_used, entry_id)
    SELECT site_id, split_part(number, '-', 4)::bigint, id, 200, received_on, recorded_at, '', entry_id
    FROM billing_payment WHERE site_id = %(site)s AND number LIKE %(on)s || '-%%'
    """,
)
#: What an evaluation writes, what is referred to first. Of a site each.
WRITTEN = (
    "care_episode", "collecting_notice", "collecting_noticecharge", "care_entry", "care_task", "care_taskline",
    "care_taskmove", "care_standing", "care_improvementplan", "care_priorityrecord", "messaging_message",
)  # fmt: skip
_TWINS = (
    "DROP TABLE IF EXISTS bench_{0}, kept_{0}",
    "CREATE TABLE bench_{0} (LIKE {0} INCLUDING ALL)",
    """
    DO $$ DECLARE key record; BEGIN
        FOR key IN SELECT * FROM pg_constraint WHERE conrelid = '{0}'::regclass AND contype = 'f'
        LOOP EXECUTE 'ALTER TABLE bench_{0} ADD ' || pg_get_constraintdef(key.oid); END LOOP;
    END $$
    """,
    "CREATE TABLE kept_{0} AS SELECT * FROM {0} WHERE site_id = {1} ORDER BY 1",
    "ANALYZE kept_{0}",
)
_OWING = """
    WITH owing AS MATERIALIZED (
        SELECT charge.account_id, count(*) AS months
        FROM billing_charge charge
        LEFT JOIN (
            SELECT charge_id, sum(amount) AS paid FROM billing_allocation WHERE site_id = %(site)s GROUP BY charge_id
        ) allocated ON allocated.charge_id = charge.id
        WHERE charge.site_id = %(site)s AND charge.due_on < %(on)s AND charge.amount - coalesce(paid, 0) >= 1
        GROUP BY charge.account_id
    )
"""
_COPIED = "made_{0} AS (INSERT INTO bench_{0} SELECT * FROM kept_{0})"
_FLOOR = "{}, {} INSERT INTO bench_{{0}} SELECT kept.* FROM kept_{{0}} kept JOIN owing USING (account_id)"


def main() -> None:
    given = kit.options(__doc__.split("\n", 1)[0], ("--sizes", {"type": int, "nargs": "+", "default": SIZES}))
    sizes = [500] if given.quick else given.sizes
    report = Report("care", sizes={"accounts": sizes, "charges_of_each": len(FIRSTS)})
    with kit.throw_away("care") as data:
        kit.zhongshu("migrate", "-v0")
        for size in sizes:
            _measure(report, size)
        report.memory["database_server_peak_MB"] = kit.peak_megabytes(kit.database_pid(data))[0]
        report.memory["this_process_peak_MB"] = kit.peak_megabytes(os.getpid())[0]
    report.notes = [
        "Aim: 1.5 times the floor; a quiet day in proportion to what changed; explain p95 50 ms at a million accounts.",
        "cpu: processor time of this process and its database connection.",
    ]
    report.show(as_json=given.json)


def _measure(report: Report, size: int) -> None:
    site_id = _fill(size)
    first = _timed(lambda: _evaluate(site_id, LATE))
    report.tables.setdefault("first evaluation", []).append(
        {"accounts": size, **_beside(first, _timed_floor(site_id)), **_counts(site_id)}
    )
    report.tables.setdefault("days", []).append({"accounts": size, **_days(site_id)})
    asked = sorted(_timed(lambda pk=pk: _explain(pk))[0] for pk in _some_accounts(site_id))
    report.tables.setdefault("explain", []).append(
        {
            "accounts": size,
            "p50 ms": round(asked[len(asked) // 2] * 1000, 1),
            "p95 ms": round(asked[len(asked) * 95 // 100] * 1000, 1),
        }
    )


def _beside(ours: tuple[float, float], floor: tuple[float, float]) -> dict[str, Any]:
    return {
        "first s": round(ours[0], 2),
        "floor s": round(floor[0], 2),
        "ratio": round(ours[0] / floor[0], 2),
        "cpu s": round(ours[1], 2),
        "floor cpu s": round(floor[1], 2),
        "cpu ratio": round(ours[1] / floor[1], 2),
    }


def _counts(site_id: int) -> dict[str, int]:
    said = {"care_entry": "entries", "care_task": "tasks", "collecting_noticecharge": "named charges"}
    return {
        name: _execute(f"SELECT count(*) FROM {table} WHERE site_id = %(site)s", {"site": site_id})
        for table, name in said.items()
    }


def _timed_floor(site_id: int) -> tuple[float, float]:
    facts = {"site": site_id, "on": LATE}
    for table in WRITTEN:
        for text in _TWINS:
            _execute(text.format(table, site_id))
    copied = ", ".join(_COPIED.format(table) for table in WRITTEN if table != "care_entry")
    return _timed(lambda: _execute(_FLOOR.format(_OWING, copied).format("care_entry"), facts))


def _days(site_id: int) -> dict[str, Any]:
    """Three of nothing; then three on which some pay, and as many of those behind as that are looked at."""
    quiet = [_timed(lambda day=day: _evaluate(site_id, LATE + timedelta(day))) for day in (1, 2, 3)]
    many = max(_behind(site_id) // 100, 1)
    busy = []
    for day in (4, 5, 6):
        _pay(site_id, LATE + timedelta(day - 1), many)
        busy.append(_timed(lambda day=day: _evaluate(site_id, LATE + timedelta(day))))
    return {
        "quiet ms": spread((wall * 1000 for wall, _ in quiet), 0),
        "quiet cpu ms": spread((cpu * 1000 for _, cpu in quiet), 0),
        "pay": many,
        "busy ms": spread((wall * 1000 for wall, _ in busy), 0),
        "busy cpu ms": spread((cpu * 1000 for _, cpu in busy), 0),
    }


def _behind(site_id: int) -> int:
    text = "SELECT count(DISTINCT account_id) FROM billing_charge WHERE site_id = %(site)s AND open_amount > 0"
    return int(_execute(text, {"site": site_id}))


def _pay(site_id: int, on: date, many: int) -> None:
    from datetime import datetime, time

    from zhongshu.kernel.clock import SITE_ZONE

    at = datetime.combine(on, time(12), SITE_ZONE)
    for text in _PAID:
        _execute(text, {"site": site_id, "on": str(on), "at": at, "many": many})


def _some_accounts(site_id: int) -> list[int]:
    from zhongshu.estate.models import Account

    accounts = list(Account.objects.filter(site_id=site_id).order_by("pk").values_list("pk", flat=True))
    return accounts[:: max(len(accounts) // 400, 1)]


def _fill(size: int) -> int:
    """A site of so many accounts, with their year; what guards the rows is switched off meanwhile."""
    from django.db import connection, transaction

    from zhongshu.billing.models import ChargeItem
    from zhongshu.identity.models import Company, Site, User

    company = Company.objects.first() or Company.objects.create(name="bench")
    site = Site.objects.create(company=company, code=f"S{size}", name=f"S{size}")
    item = ChargeItem.objects.create(site=site, code="WYF", name="WYF", method="fixed")
    keeper, _is_new = User.objects.get_or_create(username="bench_keeper", defaults={"name": "bench"})
    values = {"site": site.pk, "item": item.pk, "size": size, "firsts": FIRSTS, "keeper": keeper.pk}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for text in _FILLED:
            cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    _execute("VACUUM ANALYZE")  # as autovacuum does, sooner or later
    return int(site.pk)


def _evaluate(site_id: int, on: date) -> None:
    from datetime import datetime, time

    from zhongshu.care.actions import evaluate
    from zhongshu.identity.actor import system_actor
    from zhongshu.kernel.clock import SITE_ZONE

    evaluate(actor=system_actor(), at=datetime.combine(on, time(6), SITE_ZONE), site_id=site_id, on=on)


def _explain(account_id: int) -> None:
    from zhongshu.care.queries import explain

    explain(account_id, LATE)


def _timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor in this process and its database connection."""
    pid = int(_execute("SELECT pg_backend_pid()"))
    used = time.process_time() + kit.processor_seconds(pid)
    began = time.perf_counter()
    act()
    return time.perf_counter() - began, time.process_time() + kit.processor_seconds(pid) - used


def _execute(text: str, values: dict[str, Any] | None = None) -> Any:
    """What it answers, if it does."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return cursor.fetchone()[0] if cursor.description else None
