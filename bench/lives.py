"""Years of a housing estate in plain rows, lived by rules we know: whether foresight finds them can be checked.

Each month every household that pays may stop, with a chance that planted causes raise: repairs of ours that came late,
complaints that were upheld, nobody living there, hardship, a habit of paying late. Who has stopped pays nothing until
they begin again, and then all of it. What is *not* planted (being let, a bounced payment) must not be found.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

PLANTED = {"late_repairs": 0.9, "upheld": 1.2, "absent": 1.0, "hardship": 1.6, "habit": 0.5}
"""Log-odds of stopping in a month, for each."""
USUAL = -5.0
AGAIN = 0.15
"""The chance to begin paying again, each month."""
ZONE = timezone(timedelta(hours=8))
GUARDED = ("ledger_entry", "billing_charge", "billing_payment", "billing_allocation", "work_workorder", "work_slaclock",
           "cases_case", "cases_judgement", "collecting_arrearsreason")  # fmt: skip


@dataclass
class Life:
    """One household: `habit` is how late it pays when it pays; days on which something befell it."""

    number: int
    absent: bool
    let: bool
    habit: float
    late_repairs: list[date] = field(default_factory=list)
    upheld: list[date] = field(default_factory=list)
    hardship: list[tuple[date, date | None]] = field(default_factory=list)
    paid: dict[int, date] = field(default_factory=dict)


def firsts(begin: date, months: int) -> list[date]:
    return [date(begin.year + (begin.month - 1 + n) // 12, (begin.month - 1 + n) % 12 + 1, 1) for n in range(months)]


def lived(size: int, begin: date, months: int, seed: int) -> list[Life]:
    """So many households through so many months. The same seed, the same lives."""
    dice = random.Random(seed)
    return [_life(dice, number, firsts(begin, months)) for number in range(size)]


def _life(dice: random.Random, number: int, months: list[date]) -> Life:
    life = Life(number, dice.random() < 0.08, dice.random() < 0.15, max(0.0, dice.gauss(0.6, 0.8)))
    waiting: list[int] = []
    has_stopped = False
    for nth, first in enumerate(months):
        _befall(dice, life, first)
        has_stopped = dice.random() >= AGAIN if has_stopped else dice.random() < _chance(life, first)
        waiting.append(nth)
        if not has_stopped:
            late = min(int(dice.expovariate(1 / (1 + 9 * life.habit))), 80) - 12
            for each in waiting:
                life.paid[each] = first + timedelta(days=28 + max(late, 0))
            waiting = []
    return life


def _befall(dice: random.Random, life: Life, first: date) -> None:
    day = first + timedelta(days=dice.randrange(25))
    if dice.random() < 0.05:
        life.late_repairs.append(day)
    if dice.random() < 0.02:
        life.upheld.append(day)
    if life.hardship and life.hardship[-1][1] is None:
        if dice.random() < 0.1:
            life.hardship[-1] = (life.hardship[-1][0], day)
    elif dice.random() < 0.005:
        life.hardship.append((day, None))


def _chance(life: Life, first: date) -> float:
    recent = first - timedelta(days=183)
    odds = USUAL + PLANTED["habit"] * life.habit + PLANTED["absent"] * life.absent
    odds += PLANTED["late_repairs"] * min(sum(recent <= day < first for day in life.late_repairs), 3)
    odds += PLANTED["upheld"] * min(sum(recent <= day < first for day in life.upheld), 3)
    odds += PLANTED["hardship"] * any(since < first and (to is None or to >= first) for since, to in life.hardship)
    return 1 / (1 + math.exp(-odds))


def written(lives: list[Life], begin: date, months: int, *, code: str) -> int:
    """Their rows in the database, as the house had written them when so many months were over; the site's id."""
    from django.db import connection, transaction

    from zhongshu.billing.models import ChargeItem
    from zhongshu.identity.models import Company, Site

    company = Company.objects.first() or Company.objects.create(name="bench")
    site = Site.objects.create(company=company, code=code, name=code)
    item = ChargeItem.objects.create(site=site, code="WYF", name="WYF", method="fixed")
    values = {"site": site.pk, "item": item.pk, "begin": begin, "code": code, **_columns(lives, begin, months)}
    with transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for text in _ROWS:
            cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE billing_charge, billing_allocation, billing_payment, work_slaclock, work_workorder")
    return int(site.pk)


def _columns(lives: list[Life], begin: date, months: int) -> dict[str, Any]:
    """The facts as arrays, one for each column."""
    starts = firsts(begin, months + 1)
    last = starts[-1]
    return {
        **_spread("life", [(life.number, _status(life)) for life in lives]),
        **_spread("bill", [(life.number, nth, starts[nth], starts[nth + 1], _seen(life.paid.get(nth), last))
                           for life in lives for nth in range(months)]),
        **_spread("late", [(life.number, at(day)) for life in lives for day in life.late_repairs if day < last]),
        **_spread("upheld", [(life.number, at(day)) for life in lives for day in life.upheld if day < last]),
        **_spread("hardship", [(life.number, since, _seen(to, last), at(since))
                               for life in lives for since, to in life.hardship if since < last]),
    }  # fmt: skip


def _seen(day: date | None, last: date) -> date | None:
    return day if day and day < last else None


def _status(life: Life) -> str:
    return "vacant" if life.absent else "let" if life.let else "occupied"


def _spread(name: str, rows: Iterable[tuple[Any, ...]]) -> dict[str, list[Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    return {f"{name}{nth}": list(column) for nth, column in enumerate(columns)}


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), ZONE)


_ROWS = (
    """
    INSERT INTO estate_customer (site_id, kind, name, initials, id_no, note)
    SELECT %(site)s, 'person', 'L' || n, '', '', '' FROM unnest(%(life0)s::int[]) n
    """,
    """
    INSERT INTO estate_place (site_id, kind, code, path, label, room_no, usage, parking_kind, is_active)
    SELECT %(site)s, 'unit', 'L' || n, 'L' || n, 'L' || n, '', 'dwelling', '', true FROM unnest(%(life0)s::int[]) n
    """,
    """
    INSERT INTO estate_account (site_id, number, kind, customer_id, unit_id, starts_on)
    SELECT %(site)s, %(code)s || '-' || n, 'ordinary', customer.id, place.id, %(begin)s
    FROM unnest(%(life0)s::int[]) n
    JOIN estate_place place ON place.site_id = %(site)s AND place.code = 'L' || n
    JOIN estate_customer customer ON customer.site_id = %(site)s AND customer.name = 'L' || n
    """,
    """
    INSERT INTO estate_occupancy (site_id, place_id, status, starts_on)
    SELECT %(site)s, place.id, status, %(begin)s
    FROM unnest(%(life0)s::int[], %(life1)s::text[]) life(n, status)
    JOIN estate_place place ON place.site_id = %(site)s AND place.code = 'L' || n
    """,
    """
    INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo, actor_name)
    VALUES (%(site)s, %(code)s, %(begin)s, %(begin)s, 'payment', %(code)s, '', '')
    """,
    """
    INSERT INTO billing_charge
        (site_id, account_id, item_id, entry_id, source_id, revision, period_start, period_end, due_on, issued_on,
         recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount, detail)
    SELECT %(site)s, account.id, %(item)s, entry.id, nth, 0, first, until, until - 1, first,
           first, 100, 2, 200, 0, 0, 0, 'owner', CASE WHEN paid IS NULL THEN 200 ELSE 0 END, '{}'
    FROM unnest(%(bill0)s::int[], %(bill1)s::int[], %(bill2)s::date[], %(bill3)s::date[], %(bill4)s::date[])
        bill(n, nth, first, until, paid)
    JOIN estate_account account ON account.site_id = %(site)s AND account.number = %(code)s || '-' || n
    JOIN ledger_entry entry ON entry.site_id = %(site)s
    """,
    """
    INSERT INTO billing_payment
        (site_id, number, account_id, amount, method, reference, received_on, recorded_at, payer_name, note,
         unallocated, entry_id)
    SELECT %(site)s, 'L' || charge.id, charge.account_id, 200, 'cash', 'L' || charge.id, paid,
           paid + time '09:00' AT TIME ZONE 'Asia/Shanghai', '', '', 0, charge.entry_id
    FROM unnest(%(bill0)s::int[], %(bill1)s::int[], %(bill4)s::date[]) bill(n, nth, paid)
    JOIN estate_account account ON account.site_id = %(site)s AND account.number = %(code)s || '-' || n
    JOIN billing_charge charge ON charge.site_id = %(site)s AND charge.account_id = account.id
        AND charge.source_id = nth
    WHERE paid IS NOT NULL
    """,
    """
    INSERT INTO billing_allocation (site_id, charge_id, payment_id, amount, "on", recorded_at, order_used, entry_id)
    SELECT payment.site_id, substr(payment.number, 2)::bigint, payment.id, 200, payment.received_on,
           payment.recorded_at, '', payment.entry_id
    FROM billing_payment payment WHERE payment.site_id = %(site)s
    """,
    """
    WITH opened AS (
        INSERT INTO work_workorder
            (site_id, number, kind, category, urgency, title, description, account_id, contact_name, contact_phone,
             state, opened_at, waits_for, ended_at)
        SELECT %(site)s, %(code)s || n || '-' || row_number() OVER (), 'repair', 'plumbing', 'P3', '', '', account.id,
               '', '', 'closed', at - interval '5 days', '', at + interval '2 days'
        FROM unnest(%(late0)s::int[], %(late1)s::timestamptz[]) late(n, at)
        JOIN estate_account account ON account.site_id = %(site)s AND account.number = %(code)s || '-' || n
        RETURNING id, opened_at
    )
    INSERT INTO work_slaclock (site_id, order_id, stage, started_at, target_at, stopped_at)
    SELECT %(site)s, id, 'finish', opened_at, opened_at + interval '5 days', opened_at + interval '7 days' FROM opened
    """,
    """
    WITH heard AS (
        INSERT INTO cases_case
            (site_id, number, channel, text, caller_name, caller_phone, account_id, place_text, place_verdict, category,
             urgency, team_kind, referrals, classification, needs_person, state, further_call_count, reopened_count,
             opened_at)
        SELECT %(site)s, %(code)s || n || '-' || row_number() OVER (), 'telephone', '', '', '', account.id, '', '{}',
               'service_attitude', 'P3', 'security', '[]', '{}', false, 'closed', 0, 0, at
        FROM unnest(%(upheld0)s::int[], %(upheld1)s::timestamptz[]) upheld(n, at)
        JOIN estate_account account ON account.site_id = %(site)s AND account.number = %(code)s || '-' || n
        RETURNING id, opened_at
    )
    INSERT INTO cases_judgement (site_id, case_id, at, by_name, upheld, severity, points, criteria, note)
    SELECT %(site)s, id, opened_at, '', true, 'medium', -6, '[]', '' FROM heard
    """,
    """
    INSERT INTO collecting_arrearsreason (site_id, account_id, kind, note, starts_on, ends_on, recorded_at)
    SELECT %(site)s, account.id, 'hardship', '', since, until, at
    FROM unnest(%(hardship0)s::int[], %(hardship1)s::date[], %(hardship2)s::date[], %(hardship3)s::timestamptz[])
        hardship(n, since, until, at)
    JOIN estate_account account ON account.site_id = %(site)s AND account.number = %(code)s || '-' || n
    """,
)
