"""The ten busiest pages with 2 thousand, 100 thousand and a million accounts: p95 over HTTP, and how it grows.

The company grows by whole sites: copies of 云栖里 with everybody who lives and works there. One case and one order
for each account. One client asks, signed in as who works with that page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from statistics import median
from typing import Any

from bench import kit
from bench.kit import Report, spread
from bench.lists import session
from bench.load import Ask, press

SITE = "YQL"
SIZES = [2_000, 100_000, 1_000_000]


def main() -> None:
    given = kit.options(__doc__.split("\n")[0])
    rounds, seconds = (1, 0.3) if given.quick else (5, 3.0)
    sizes = [2_000, 6_000] if given.quick else SIZES
    report = Report("pages")
    with kit.throw_away("pages") as data:
        kit.demo_company()
        argv = [sys.executable, "-m", "zhongshu", "serve", "--port"]
        port = kit.free_port()
        with kit.running([*argv, str(port)], port=port) as server:
            first: dict[str, float] = {}
            for size in sizes:
                accounts = _grow_to(size)
                for name, ask in _pages():
                    p95, row = _measure(name, ask, port, rounds=rounds, seconds=seconds)
                    grown = f"{p95 / first.setdefault(name, p95):.2f}"
                    report.tables.setdefault("pages", []).append({"accounts": accounts, **row, "to the first": grown})
            report.memory = {
                "web_and_worker_peak_MB_of_each_process": kit.peak_megabytes(server),
                "database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0],
            }
    report.sizes = {"accounts": sizes, "cases_and_orders": "as many as accounts"}
    report.notes = ["Aim: p95 with a million accounts at most 1.5 times that with two thousand, and at most 150 ms."]
    report.show(as_json=given.json)


_copies = 0


def _grow_to(accounts: int) -> int:
    """The number of accounts there are then: whole sites."""
    global _copies  # noqa: PLW0603 - how far the company of this process has grown
    from bench.filling import history, more_sites
    from zhongshu.estate.models import Account

    of_one = Account.objects.filter(site__code=SITE).count()
    wanted = max(0, round(accounts / of_one) - 1)
    if wanted > _copies:
        more_sites(SITE, _copies + 1, wanted)
        _copies = wanted
    there = Account.objects.count()
    history(there)
    return there


def _pages() -> Iterator[tuple[str, Ask]]:
    """Each page with whoever opens it all day."""
    from django.urls import reverse

    from zhongshu.cases.models import Case
    from zhongshu.estate.models import Account, CustomerPhone
    from zhongshu.work.models import WorkOrder

    phone = CustomerPhone.objects.filter(site__code=SITE).latest("pk").number
    account = Account.objects.filter(site__code=SITE, unit__isnull=False).latest("pk").number
    case = Case.objects.filter(site__code=SITE).latest("pk").number
    order = WorkOrder.objects.filter(site__code=SITE).latest("pk").number
    pages = [
        ("desk", "yql04", reverse("console:desk")),
        ("desk: the caller", "yql04", f"{reverse('console:desk_caller')}?site={SITE}&phone={phone}"),
        ("search", "yql04", f"{reverse('console:search')}?q={phone}"),
        ("the account", "yql04", reverse("console:account", args=[account])),
        ("cases", "yql04", f"{reverse('cases:cases')}?state=open"),
        ("the case", "yql04", reverse("cases:case", args=[case])),
        ("the order", "yql04", reverse("work:order", args=[order])),
        ("board", "yql04", reverse("console:board")),
        ("telephone: my orders", "yql17", reverse("console:phone_home")),
        ("customers of all sites", "admin", reverse("estate:customers")),
    ]
    cookies = {who: session(who) for who in {who for _name, who, _path in pages}}
    for name, who, path in pages:
        yield name, Ask(path, headers={"Cookie": f"sessionid={cookies[who]}"})


def _measure(name: str, ask: Ask, port: int, *, rounds: int, seconds: float) -> tuple[float, dict[str, Any]]:
    """The median p95 in milliseconds, and the row of the table."""
    press(port, lambda _: ask, clients=4, seconds=seconds)  # every thread has its connection and its plans
    seen = [press(port, lambda _: ask, clients=1, seconds=seconds) for _ in range(rounds)]
    row = {
        "": name,
        "p50 ms": spread(each.p50 for each in seen),
        "p95 ms": spread(each.p95 for each in seen),
        "errors": sum(sum(each.errors.values()) for each in seen),
    }
    return median(each.p95 for each in seen), row
