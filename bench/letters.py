"""Dunning letters into one PDF by the print job, against typst alone setting the same letters.

Every letter names six charges, asks in the words as shipped and has a code to pay. The floor is one compiler that sets
the finished data chunk by chunk and keeps nothing: no reading of the database, no drawing of codes, no file. Then the
notices themselves, against the same rows plainly inserted.
"""

from __future__ import annotations

import resource
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bench import kit
from bench.kit import Report

LINES = 6
_UNITS = """
    INSERT INTO estate_place (site_id, code, kind, path, label, room_no, usage, parking_kind, is_active)
    SELECT %(site)s, 'B-' || n, 'unit', 'B-' || n, n || '室', '', 'dwelling', '', true
    FROM generate_series(1, %(count)s) n
"""
_ACCOUNTS = """
    WITH made AS (
        INSERT INTO estate_customer (site_id, kind, name, initials, id_no, note)
        SELECT %(site)s, 'person', '业主' || n, '', '', '' FROM generate_series(1, %(count)s) n RETURNING id
    ), unit AS (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM estate_place WHERE path LIKE 'B-%%'
    ), customer AS (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM made)
    INSERT INTO estate_account (site_id, number, kind, customer_id, unit_id, starts_on)
    SELECT %(site)s, 'B' || nth, 'ordinary', customer.id, unit.id, '2020-01-01' FROM unit JOIN customer USING (nth)
"""
_CODES = """
    INSERT INTO remittance_paycode (site_id, place_id, token, made_at)
    SELECT site_id, id, md5(id::text), now() FROM estate_place WHERE path LIKE 'B-%%'
"""
_BILLS = """
    INSERT INTO billing_charge
        (site_id, account_id, place_id, item_id, entry_id, source_id, revision, period_start, period_end, due_on,
         issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount,
         detail)
    SELECT account.site_id, account.id, account.unit_id, %(item)s, %(entry)s, 0, 0, first, first + interval '1 month',
           first + 27, first, now(), 89.27, 2.35, 209.78, 0, 0, 0.0005, 'owner', 209.78, '{}'
    FROM estate_account account, unnest(%(firsts)s::date[]) first
    WHERE account.site_id = %(site)s AND account.number LIKE 'B%%'
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--sizes", {"type": int, "nargs": "+", "help": "letters of a file"}))
    sizes = given.sizes or ([100] if given.quick else [1_000, 10_000])
    report = Report("letters", sizes={"charges_of_each": LINES})
    with kit.throw_away("letters"):
        kit.zhongshu("migrate", "-v0")
        site_id, ids = _filled(max(sizes))
        _notices(report, site_id, ids)
        for size in sizes:
            _measure(report, site_id, size)
    own, children = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    report.memory = {"job_peak_MB": own, "largest_child_peak_MB": children}
    report.notes = ["Aim: at most 1.3 times typst alone, 150 letters a second, memory flat."]
    report.show(as_json=given.json)


def _filled(count: int) -> tuple[int, list[int]]:
    """So many dwellings, each with six bills past due and a code; the accounts' ids."""
    from django.db import connection

    from zhongshu.billing.kinds import Method
    from zhongshu.billing.models import ChargeItem
    from zhongshu.billing.policies.legs import charged
    from zhongshu.estate.models import Account
    from zhongshu.identity.actor import system_actor
    from zhongshu.identity.models import Company, Site
    from zhongshu.kernel.clock import day_of, now
    from zhongshu.ledger.actions import post
    from zhongshu.ledger.kinds import EntryKind

    at, company = now(), Company.objects.create(name="安居物业")
    site = Site.objects.create(company=company, code="YQL", name="云栖里", phone="0571-88880000")
    today = day_of(at)
    item = ChargeItem.objects.create(site=site, code="BENCH", name="物业费", method=Method.FIXED)
    entry = post(
        actor=system_actor(), at=at, site_id=site.pk, dated_on=today, kind=EntryKind.CHARGES, source="bench:bills",
        legs=charged(item.fund, item.method, Decimal("209.78") * count * LINES, Decimal(0)),
    )  # fmt: skip
    firsts = sorted({(today - timedelta(days=30 * back + 45)).replace(day=1) for back in range(LINES)})
    given: dict[str, Any] = {"site": site.pk, "count": count, "item": item.pk, "entry": entry.pk, "firsts": firsts}
    with connection.cursor() as cursor:
        for text in (_UNITS, _ACCOUNTS, _CODES, _BILLS):
            cursor.execute(text, given)
        cursor.execute("ANALYZE")
    rows = Account.objects.filter(site=site, number__startswith="B").order_by("pk")
    return site.pk, list(rows.values_list("pk", flat=True))


def _notices(report: Report, site_id: int, ids: list[int]) -> None:
    from django.db import connection, transaction

    from zhongshu.collecting.batch import Wanted, make_notices
    from zhongshu.collecting.kinds import NoticeKind
    from zhongshu.identity.actor import system_actor
    from zhongshu.kernel.clock import day_of, now

    at = now()
    wanted = [Wanted(pk, NoticeKind.PAYMENT_NOTICE, f"bench:{pk}", 15) for pk in ids]
    began = time.perf_counter()
    made = make_notices(actor=system_actor(), at=at, site_id=site_id, on=day_of(at), wanted=wanted)
    ours = time.perf_counter() - began
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for text in _SAME_ROWS:
            cursor.execute(text)
        floor = time.perf_counter() - began
        transaction.set_rollback(True)
    row = {"accounts": made, "accounts/s": round(made / ours), "floor accounts/s": round(made / floor)}
    report.tables["notices made"] = [row | {"ratio": round(ours / floor, 2)}]


_SAME_ROWS = (
    """
    INSERT INTO collecting_notice
        (site_id, number, account_id, kind, "on", made_at, state, answer_by, months, principal, late_fees, source,
         evidence, withdrawn_reason)
    SELECT site_id, 'X' || number, account_id, kind, "on", made_at, state, answer_by, months, principal, late_fees,
           'x' || source, evidence, '' FROM collecting_notice
    """,
    """
    INSERT INTO collecting_noticecharge (site_id, notice_id, charge_id, open_amount, late_fee)
    SELECT site_id, notice_id, charge_id, open_amount, late_fee FROM collecting_noticecharge
    """,
)


def _measure(report: Report, site_id: int, size: int) -> None:
    from zhongshu.collecting.actions import ask_notices_print
    from zhongshu.collecting.engine.printing import print_out
    from zhongshu.collecting.models import Notice
    from zhongshu.identity.actor import system_actor
    from zhongshu.kernel.clock import now

    ids = list(Notice.objects.order_by("pk").values_list("pk", flat=True)[:size])
    home = "https://zhongshu.example.cn"
    run = ask_notices_print(actor=system_actor(), at=now(), site_id=site_id, notice_ids=ids, home=home)
    began = time.perf_counter()
    print_out(run, at=now())
    ours = time.perf_counter() - began
    floor = _floor(run)
    report.tables.setdefault("letters", []).append(
        {
            "letters": size,
            "letters/s": round(size / ours),
            "typst alone/s": round(size / floor),
            "ratio": round(ours / floor, 2),
            "file MB": round(run.file.size / 2**20, 1),
        }
    )


def _floor(run: Any) -> float:
    """Seconds of typst alone for the finished data, in a process of its own as ours."""
    from zhongshu.collecting.engine import printing
    from zhongshu.collecting.engine.letters import PAPER
    from zhongshu.web.paper import data_text, set_text

    ids = run.what["ids"]
    chunks = [data_text(each) for each in printing._data(run, ids, range(0, len(ids), printing.CHUNK))]
    set_text(PAPER, chunks[0], seconds=0, tagged=False)
    began = time.perf_counter()
    for nth, chunk in enumerate(chunks, 1):
        set_text(PAPER, chunk, seconds=nth, tagged=False)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
