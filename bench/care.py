"""The evaluation of the score for ever more accounts, against one plain statement with the same rows and entries.

A year of monthly fees, nothing of it paid by one account in ten, the last four months not by two in ten; the rest is
paid. The first evaluation comes late and finds all of it; the quiet day is the next one, when nothing has happened;
then `explain` is asked for account after account. The floor aggregates the charges of every account and inserts the
same entries, kept from the first evaluation, into a table with the same columns, keys and indexes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from bench import kit
from bench.kit import Report, spread

SIZES = [5_000, 100_000, 1_000_000]
FIRSTS = [date(2025, month, 1) for month in range(1, 13)]
LATE = date(2026, 2, 3)
GUARDED = ("ledger_entry", "billing_charge", "billing_payment", "billing_allocation")

_FILLED = (
    """
    INSERT INTO estate_customer (site_id, kind, name, initials, id_no, note)
    VALUES (%(site)s, 'person', 'bench', '', '', '')
    """,
    """
    INSERT INTO estate_account (site_id, number, kind, customer_id, starts_on)
    SELECT %(site)s, 'H' || n, 'ordinary', (SELECT max(id) FROM estate_customer), '2020-01-01'
    FROM generate_series(1, %(size)s) n
    """,
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
    "ANALYZE",
)
_FLOOR_TABLES = (
    "DROP TABLE IF EXISTS bench_entry, bench_kept",
    "CREATE TABLE bench_entry (LIKE care_entry INCLUDING ALL)",
    "CREATE TABLE bench_kept AS SELECT * FROM care_entry WHERE site_id = %(site)s ORDER BY id",
)
_FLOOR = """
    INSERT INTO bench_entry OVERRIDING SYSTEM VALUE
    SELECT kept.* FROM bench_kept kept
    JOIN (
        SELECT charge.account_id, count(*) AS months
        FROM billing_charge charge
        LEFT JOIN (
            SELECT charge_id, sum(amount) AS paid FROM billing_allocation WHERE site_id = %(site)s GROUP BY charge_id
        ) allocated ON allocated.charge_id = charge.id
        WHERE charge.site_id = %(site)s AND charge.due_on < %(on)s AND charge.amount - coalesce(paid, 0) >= 1
        GROUP BY charge.account_id
    ) owing ON owing.account_id = kept.account_id AND owing.months >= 3
"""


def main() -> None:
    given = kit.options(__doc__.split("\n", 1)[0], ("--sizes", {"type": int, "nargs": "+", "default": SIZES}))
    sizes = [500] if given.quick else given.sizes
    report = Report("care", sizes={"accounts": sizes, "charges_of_each": len(FIRSTS)})
    with kit.throw_away("care") as data:
        kit.zhongshu("migrate", "-v0")
        for size in sizes:
            _measure(report, size)
        report.memory["database_server_peak_MB"] = kit.peak_megabytes(kit.database_pid(data))[0]
    report.notes = [
        "Aim: 1.5 times the floor; a quiet day in proportion to what changed; explain p95 50 ms at a million accounts.",
        "Of ours also come orders, letters with what each names, standings, messages; of the floor only entries.",
    ]
    report.show(as_json=given.json)


def _measure(report: Report, size: int) -> None:
    from zhongshu.care.models import Entry
    from zhongshu.estate.models import Account

    site_id = _fill(size)
    facts = {"site": site_id, "on": LATE}
    first = _timed(lambda: _evaluate(site_id, LATE))
    quiet = [_timed(lambda day=day: _evaluate(site_id, LATE + timedelta(day))) for day in (1, 2, 3)]
    for text in _FLOOR_TABLES:
        _execute(text, facts)
    floor = _timed(lambda: _execute(_FLOOR, facts))
    accounts = list(Account.objects.filter(site_id=site_id).order_by("pk").values_list("pk", flat=True))
    asked = sorted(_timed(lambda pk=pk: _explain(pk)) for pk in accounts[:: max(len(accounts) // 400, 1)])
    report.tables.setdefault("evaluation", []).append(
        {
            "accounts": size,
            "entries": Entry.objects.filter(site_id=site_id).count(),
            "first s": round(first, 2),
            "floor s": round(floor, 2),
            "ratio": round(first / floor, 2),
            "quiet day ms": spread((each * 1000 for each in quiet), 0),
            "explain p50 ms": round(asked[len(asked) // 2] * 1000, 1),
            "explain p95 ms": round(asked[len(asked) * 95 // 100] * 1000, 1),
        }
    )


def _fill(size: int) -> int:
    """A site of so many accounts, with their year; what guards the rows is switched off meanwhile."""
    from django.db import connection, transaction

    from zhongshu.billing.models import ChargeItem
    from zhongshu.identity.models import Company, Site

    company = Company.objects.first() or Company.objects.create(name="bench")
    site = Site.objects.create(company=company, code=f"S{size}", name=f"S{size}")
    item = ChargeItem.objects.create(site=site, code="WYF", name="WYF", method="fixed")
    values = {"site": site.pk, "item": item.pk, "size": size, "firsts": FIRSTS}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for text in _FILLED:
            cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
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


def _timed(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _execute(text: str, values: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text, values)
