"""A payment over HTTP: account locked, debts ordered, allocated, posted in the ledger, audited, told.

The floor is the same granian with one plain Django view that writes the same rows by plain INSERTs (bench.floor), with
the same keys and triggers. Each account has three bills too large ever to be cleared. Ours and the floor take turns.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bench import kit
from bench.intake import Round, granian, round_of, start
from bench.kit import Report, spread
from bench.load import Ask, press
from bench.rows import Insert, as_json

_BILLS = """
    INSERT INTO billing_charge
        (site_id, account_id, place_id, item_id, entry_id, source_id, revision, period_start, period_end, due_on,
         issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount,
         detail)
    SELECT account.site_id, account.id, account.unit_id, %(item)s, %(entry)s, 0, 0, first, first + interval '1 month',
           first + 27, %(today)s, now(), 1, 1000000, 1000000, 0, 0, 0, 'owner', 1000000, '{}'
    FROM estate_account account, unnest(%(firsts)s::date[]) first WHERE account.site_id = %(site)s
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--seconds", {"type": float, "help": "of each round"}))
    seconds = given.seconds or (1.0 if given.quick else 6.0)
    rounds, crowds = (1, (8,)) if given.quick else (3, (1, 8))
    with kit.throw_away("payments") as data:
        kit.demo_company()
        report = _measure(data, rounds=rounds, crowds=crowds, seconds=seconds)
    report.show(as_json=given.json)


def _bills() -> list[str]:
    """Every account of YQL gets three bills; the accounts' numbers."""
    from django.db import connection

    from zhongshu.billing.kinds import Method
    from zhongshu.billing.models import ChargeItem
    from zhongshu.billing.policies.legs import charged
    from zhongshu.estate.models import Account
    from zhongshu.identity.actor import system_actor
    from zhongshu.identity.models import Site
    from zhongshu.kernel.clock import day_of, now
    from zhongshu.ledger.actions import post
    from zhongshu.ledger.kinds import EntryKind

    at, site = now(), Site.objects.get(code="YQL")
    today = day_of(at)
    numbers = list(Account.objects.filter(site=site).order_by("pk").values_list("number", flat=True))
    item = ChargeItem.objects.create(site=site, code="BENCH", name="bench", method=Method.FIXED)
    firsts = [(today - timedelta(days=back)).replace(day=1) for back in (130, 100, 70)]
    total = Decimal(1_000_000) * len(numbers) * len(firsts)
    entry = post(
        actor=system_actor(), at=at, site_id=site.pk, dated_on=today, kind=EntryKind.CHARGES, source="bench:bills",
        legs=charged(item.fund, item.method, total, Decimal(0)),
    )  # fmt: skip
    given = {"item": item.pk, "entry": entry.pk, "today": today, "firsts": firsts, "site": site.pk}
    with connection.cursor() as cursor:
        cursor.execute(_BILLS, given)
        cursor.execute("ANALYZE")
    return numbers


def _asking(numbers: list[str], key: str, series: str) -> Callable[[int], Ask]:
    from zhongshu.kernel.clock import day_of, now

    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    said = {"site": "YQL", "amount": "209.78", "method": "transfer", "received_on": str(day_of(now()))}

    def ask(number: int) -> Ask:
        body = said | {"account": numbers[number * 7 % len(numbers)], "reference": f"{series}-{number}"}
        return Ask("/api/v1/payments", "POST", json.dumps(body).encode(), headers)

    return ask


def _measure(data: Path, *, rounds: int, crowds: tuple[int, ...], seconds: float) -> Report:
    from zhongshu.identity.models import RoleGrant

    numbers = _bills()
    cashier = RoleGrant.objects.filter(role="cashier", site__code="YQL").select_related("user").order_by("pk")[0]
    key = kit.token(cashier.user.username)
    plans, statements = _recorded(_asking(numbers, key, "plan"), 40)
    file = data / "media" / "plans.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(as_json(plans), encoding="utf-8")
    report = Report("payments", sizes={"accounts": len(numbers), "bills_of_each": 3})
    report.sizes |= {"statements_of_one_payment": spread(statements, 0)}
    report.sizes |= {"INSERTs_of_the_floor": spread((len(plan) + 2 for plan in plans), 0)}
    turns = iter(range(10_000))
    with ExitStack() as stack:
        ours = start(stack, [sys.executable, "-m", "zhongshu", "serve", "--port"])
        floor = start(stack, [*granian(), "--port"], "bench.floor:application", ZHONGSHU_BENCH_PLANS=str(file))
        for server in (ours, floor):
            press(server.port, _asking(numbers, key, f"warm{next(turns)}"), clients=8, seconds=min(4.0, 2 * seconds))
        for clients in crowds:
            pairs = [
                tuple(
                    round_of(each, _asking(numbers, key, f"turn{next(turns)}"), data, clients, seconds)
                    for each in (ours, floor)
                )
                for _ in range(rounds)
            ]
            _add(report, clients, pairs)
        web = [("ours", ours), ("floor", floor)]
        report.memory = {f"{name}_peak_MB_of_each_process": kit.peak_megabytes(each.pid) for name, each in web}
    report.notes = [
        "Aim: at most twice the floor. Clients, both servers, the worker and the database share the machine."
    ]
    return report


def _recorded(ask: Callable[[int], Ask], count: int) -> tuple[list[list[object]], list[int]]:
    """What so many payments write, and the statements each takes; in this process, with nothing else running."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from bench.rows import written_by

    client = Client(SERVER_NAME="127.0.0.1")
    plans, statements = [], []

    def pay(number: int) -> None:
        request = ask(number)
        with CaptureQueriesContext(connection) as caught:
            answer = client.post(request.path, request.body, content_type="application/json", headers=request.headers)
        if answer.status_code != 201:
            raise RuntimeError(f"{answer.status_code}: {answer.content.decode()}")
        statements.append(len(caught))

    for number in range(3):
        pay(number)
    statements.clear()
    for number in range(3, 3 + count):
        plans.append([_as_inserted(insert) for insert in written_by(lambda number=number: pay(number))])
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_runningnumber (series, last) VALUES ('GD:BENCH', 0), ('BS:BENCH', 0)")
        cursor.execute("DELETE FROM procrastinate_jobs")
    return plans, statements


def _as_inserted(insert: Insert) -> Insert:
    """A payment comes in wholly unallocated; what the tables hold afterwards is what a trigger made of it."""
    if insert.table == "billing_payment":
        columns = insert.sql.partition("(")[2].partition(")")[0].split(", ")
        insert.values[columns.index('"unallocated"')] = insert.values[columns.index('"amount"')]
    return insert


def _add(report: Report, clients: int, pairs: list[tuple[Round, ...]]) -> None:
    table = report.tables.setdefault("over HTTP", [])
    for name, which in (("ours", 0), ("floor", 1)):
        seen = [pair[which] for pair in pairs]
        table.append(
            {
                "clients": clients,
                "": name,
                "per second": spread(each.seen.rate for each in seen),
                "p50 ms": spread(each.seen.p50 for each in seen),
                "p95 ms": spread(each.seen.p95 for each in seen),
                "cpu ms web": spread(each.web for each in seen),
                "cpu ms database": spread(each.database for each in seen),
                "per second and core": spread(1000 / (each.web + each.database) for each in seen),
                "errors": sum(sum(each.seen.errors.values()) for each in seen),
            }
        )
    report.tables.setdefault("ours to floor", []).append(
        {
            "clients": clients,
            "rate, floor to ours": spread((floor.seen.rate / ours.seen.rate for ours, floor in pairs), 2),
            "processor": spread(
                ((ours.web + ours.database) / (floor.web + floor.database) for ours, floor in pairs), 2
            ),
        }
    )
