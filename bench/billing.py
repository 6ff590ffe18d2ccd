"""A month's charges of three items for ever more accounts, against one plain INSERT … SELECT of the same finished rows.

The floor's table has the same columns, keys, checks, foreign keys and triggers; ours also reads accounts, places,
prices, terms and last month's charges, reckons, writes what each charge came of, posts one entry per chunk, and runs
twice without charging twice. Both take turns, item by item, for two months.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from bench import kit
from bench.kit import Report

SIZES = [10_000, 100_000, 1_000_000]
MONTHS = (date(2026, 1, 1), date(2026, 2, 1))
#: Of each: method, price, formula.
ITEMS = {
    "WYF": ("area_gross", "2.35", ""),
    "LJF": ("fixed", "10.00", ""),
    "GSF": ("formula", "0.30", "if(楼层 > 3, 房屋面积 * 单价 * 1.2, 房屋面积 * 单价) + 附加费"),  # matter
}

_FILLED = (
    """
    INSERT INTO estate_place
        (site_id, kind, code, path, label, room_no, usage, parking_kind, gross_area, floor_no, is_active)
    SELECT %(site)s, 'unit', 'P' || n, 'P' || n, 'P' || n, '', 'dwelling', '', 60 + n %% 9000 / 100.0, 1 + n %% 30, true
    FROM generate_series(1, %(size)s) AS n
    """,
    """
    INSERT INTO estate_customer (site_id, kind, name, initials, id_no, note)
    VALUES (%(site)s, 'person', 'bench', '', '', '')
    """,
    """
    INSERT INTO estate_account (site_id, number, kind, customer_id, unit_id, starts_on)
    SELECT site_id, code || '.1', 'ordinary', (SELECT max(id) FROM estate_customer), id, '2020-01-01'
    FROM estate_place WHERE site_id = %(site)s
    """,
    """
    INSERT INTO estate_accountplace (site_id, account_id, place_id, starts_on)
    SELECT site_id, id, unit_id, starts_on FROM estate_account WHERE site_id = %(site)s
    """,
    "ANALYZE",
)
_FLOOR = (
    "DROP TABLE IF EXISTS bench_charge",
    "CREATE TABLE bench_charge (LIKE billing_charge INCLUDING ALL)",
    "ALTER TABLE bench_charge ADD FOREIGN KEY (late_fee_of_id) REFERENCES bench_charge DEFERRABLE INITIALLY DEFERRED",
    """CREATE TRIGGER kept_new BEFORE INSERT ON bench_charge FOR EACH ROW
       WHEN (NEW.open_amount <> NEW.amount) EXECUTE FUNCTION billing_charge_kept()""",
    "CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON bench_charge FOR EACH ROW EXECUTE FUNCTION billing_charge_kept()",
)
_FINISHED = (
    "CREATE TABLE bench_finished AS SELECT * FROM billing_charge WHERE item_id = %s AND period_start = %s ORDER BY id"
)


def main() -> None:
    given = kit.options(__doc__.split("\n", 1)[0], ("--sizes", {"type": int, "nargs": "+", "default": SIZES}))
    sizes = [500] if given.quick else given.sizes
    report = Report("billing-run", sizes={"accounts": sizes, "items": len(ITEMS), "months": len(MONTHS)})
    with kit.throw_away("billing-run") as data:
        kit.zhongshu("migrate", "-v0")
        for size in sizes:
            _measure(report, size)
        report.memory["database_server_peak_MB"] = kit.peak_megabytes(kit.database_pid(data))[0]
    report.notes = [
        "Aim: 1.3 times the floor, 20,000 charges a second, the same for a charge at any size.",
        "cpu: processor time of the database connection at work, for a thousand charges.",
    ]
    report.show(as_json=given.json)


def _measure(report: Report, size: int) -> None:
    from zhongshu.billing.models import BillRun, Charge
    from zhongshu.ledger.models import Entry

    site, items = _company(size)
    _execute(*_FLOOR)
    rows = report.tables.setdefault("run", [])
    for month in MONTHS:
        for item in items:
            ours = _timed(partial(_run, site, month, item))
            _execute("DROP TABLE IF EXISTS bench_finished")
            _execute(_FINISHED, params=[item.pk, month])
            floor = _timed(_insert_finished)
            rows.append(_row(size, month, item.code, ours, floor))
    again = _timed(lambda: _run(site, MONTHS[0], items[0]))
    preview = _timed(lambda: _preview(site, MONTHS[0], items[0]))
    charges = Charge.objects.filter(site=site).count()
    if charges != size * len(items) * len(MONTHS):
        raise AssertionError(f"{charges} charges for {size} accounts")
    report.tables.setdefault("again", []).append(
        {
            "accounts": size,
            "the same run again s": f"{again[0]:.2f}",
            "preview alone s": f"{preview[0]:.2f}",
            "entries": Entry.objects.filter(site=site).count(),
            "runs": BillRun.objects.filter(site=site).count(),
            "backend peak MB": kit.peak_megabytes(_backend())[0],
        }
    )


def _row(size: int, month: date, code: str, ours: tuple[float, float], floor: tuple[float, float]) -> dict[str, Any]:
    return {
        "accounts": size,
        "month": f"{month:%Y-%m}",
        "item": code,
        "ours s": f"{ours[0]:.2f}",
        "floor s": f"{floor[0]:.2f}",
        "ratio": f"{ours[0] / floor[0]:.2f}",
        "charges per s": round(size / ours[0]),
        "ours cpu": f"{ours[1] / size * 1000 * 1000:.1f} ms",
        "floor cpu": f"{floor[1] / size * 1000 * 1000:.1f} ms",
        "cpu ratio": f"{ours[1] / max(floor[1], 0.01):.2f}",
    }


def _company(size: int) -> tuple[Any, list[Any]]:
    """A site with so many dwellings, each with its account; three items with prices."""
    from zhongshu.billing.models import ChargeItem, Tariff
    from zhongshu.identity.models import Company, Site
    from zhongshu.kernel.clock import now

    company = Company.objects.first() or Company.objects.create(name="bench")
    site = Site.objects.create(company=company, code=f"B{size}", name=f"B{size}")
    for statement in _FILLED:
        _execute(statement, params={"site": site.pk, "size": size} if "%(" in statement else None)
    items = []
    for code, (method, price, formula) in ITEMS.items():
        item = ChargeItem.objects.create(site=site, code=code, name=code, method=method)
        Tariff.objects.create(
            site=site, item=item, version=1, starts_on=date(2020, 1, 1), unit_price=price, formula=formula,
            vat_rate="0.06", late_fee_rate="0.0005", state="approved", proposed_at=now(),
        )  # fmt: skip
        items.append(item)
    return site, items


def _run(site: Any, month: date, item: Any) -> None:
    """Without its preview, which a person looks at some time before."""
    from zhongshu.billing import batch
    from zhongshu.billing.lifecycle import RunState
    from zhongshu.billing.models import BillRun
    from zhongshu.identity.actor import system_actor
    from zhongshu.kernel.clock import now

    run = BillRun.objects.create(site=site, period=month, item=item, state=RunState.RUNNING, asked_at=now())
    batch.work(actor=system_actor(), at=now(), run_id=run.pk)


def _preview(site: Any, month: date, item: Any) -> None:
    from zhongshu.billing import batch
    from zhongshu.identity.actor import system_actor
    from zhongshu.kernel.clock import now

    batch.preview(actor=system_actor(), at=now(), site_id=site.pk, period=month, item=item)


def _insert_finished() -> None:
    columns = _execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = 'billing_charge'::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'"
    )
    _execute(f"INSERT INTO bench_charge ({columns}) SELECT {columns} FROM bench_finished")


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock, and of the processor in the database connection."""
    pid = _backend()
    processor, began = kit.processor_seconds(pid), time.perf_counter()
    work()
    return time.perf_counter() - began, kit.processor_seconds(pid) - processor


def _backend() -> int:
    return int(_execute("SELECT pg_backend_pid()"))


def _execute(*statements: str, params: Any = None) -> Any:
    """What the last one answers, if it does."""
    from django.db import connection

    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, params)
        return cursor.fetchone()[0] if cursor.description else None
