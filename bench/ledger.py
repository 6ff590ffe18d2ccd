"""Entries by the thousand with the ledger's triggers against the same INSERTs without; then one by one as actions.

Ours and the floor take turns; the floor is the same statement with the triggers of entries and legs switched off.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from bench import kit
from bench.kit import Report, spread

GUARDS = ("ledger_entry", "checked_entries"), ("ledger_entry", "with_legs"), ("ledger_leg", "checked_legs")
#: `entries` entries of `legs` legs each, half of them debits; the new entries' keys go from the first statement on.
MANY = """
    WITH entry AS (
        INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo, actor_name)
        SELECT %(site)s, %(key)s || '-' || n, '2026-11-04', now(), 'other', %(key)s || ':' || n, '', ''
        FROM generate_series(1, %(entries)s) n
        RETURNING id
    )
    INSERT INTO ledger_leg (site_id, entry_id, account_id, amount)
    SELECT %(site)s, entry.id, CASE WHEN leg %% 2 = 0 THEN %(debit)s ELSE %(credit)s END,
           CASE WHEN leg %% 2 = 0 THEN 100 ELSE -100 END
    FROM entry, generate_series(1, %(legs)s) leg
"""
_keys = count()


def main() -> None:
    given = kit.options(__doc__.split("\n")[0])
    legs, rounds = (2_000, 2) if given.quick else (100_000, 7)
    report = Report("ledger", sizes={"legs_of_a_round": legs, "rounds": rounds})
    with kit.throw_away("ledger") as data:
        kit.demo_company()
        books = _books()
        for each in (2, 20, legs):
            _measure(report, books, entries=legs // each, legs=each, rounds=rounds)
        _one_by_one(report, 50 if given.quick else 1_000)
        report.memory = {"database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0]}
    report.notes = ["Tried beforehand: a trigger per statement 66 thousand legs a second, none 96."]
    report.show(as_json=given.json)


def _measure(report: Report, books: dict[str, int], *, entries: int, legs: int, rounds: int) -> None:
    said = books | {"entries": entries, "legs": legs}
    pairs = [(_seconds(lambda: _insert(said)), _floor(said)) for _ in range(rounds)]
    report.tables.setdefault("mass posting", []).append(
        {
            "entries": entries,
            "legs of each": legs,
            "legs/s": spread((entries * legs / ours for ours, _ in pairs), 0),
            "floor legs/s": spread((entries * legs / floor for _, floor in pairs), 0),
            "ratio": spread(ours / floor for ours, floor in pairs),
        }
    )


def _one_by_one(report: Report, times: int) -> None:
    """`post` by one connection, each entry of three legs in a transaction of its own."""
    from zhongshu.identity.actor import system_actor
    from zhongshu.identity.models import Site
    from zhongshu.kernel.clock import now
    from zhongshu.ledger.actions import Leg, post
    from zhongshu.ledger.kinds import INCOME, RECEIVABLE, VAT_OUTPUT, Fund

    amounts = ((RECEIVABLE, "106.00"), (INCOME, "-100.00"), (VAT_OUTPUT, "-6.00"))
    legs = [Leg(Fund.OPERATING, code, Decimal(amount)) for code, amount in amounts]
    said: dict[str, Any] = {"site_id": Site.objects.earliest("pk").pk, "dated_on": date(2026, 11, 4), "kind": "other"}

    def all_of_them() -> None:
        for _ in range(times):
            post(actor=system_actor(), at=now(), source=f"bench:{next(_keys)}", legs=legs, **said)

    report.tables["one by one"] = [{"entries/s": round(times / _seconds(all_of_them))}]


def _books() -> dict[str, int]:
    """Two accounts of the first site."""
    from zhongshu.identity.models import Site
    from zhongshu.ledger.models import LedgerAccount

    site = Site.objects.earliest("pk")
    kinds = {"debit": ("1122", "asset"), "credit": ("6001", "income")}
    made = {
        side: LedgerAccount.objects.create(site=site, fund="maintenance_fund", code=code, name=side, kind=kind).pk
        for side, (code, kind) in kinds.items()
    }
    return {"site": site.pk, **made}


def _insert(said: dict[str, int]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(MANY, said | {"key": f"bench{next(_keys)}"})


def _floor(said: dict[str, int]) -> float:
    with _unguarded():
        return _seconds(lambda: _insert(said))


@contextmanager
def _unguarded() -> Iterator[None]:
    from django.db import connection

    def switch(how: str) -> None:
        with connection.cursor() as cursor:
            for table, trigger in GUARDS:
                cursor.execute(f"ALTER TABLE {table} {how} TRIGGER {trigger}")

    switch("DISABLE")
    yield
    switch("ENABLE")


def _seconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
