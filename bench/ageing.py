"""The page of ageing as a company grows to a million accounts, against one plain query of the open charges by age.

Sites of ten thousand dwellings, twenty to an entrance, a keeper for each building. A year of monthly fees: one account
in ten owes all of it, two in ten the last two months, the rest paid. The ledger has an entry for each account. Page (of
the company and of a site, with breakdowns and the ledger beside them) and plain query take turns, both in this process.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from bench import kit
from bench.filling import DWELLINGS
from bench.kit import Report, spread

SIZES = [10_000, 100_000, 1_000_000]
OF_A_SITE = 10_000
WHO = "bench_finance"
GUARDED = ("billing_charge", "ledger_entry", "ledger_leg")

_FILLED = (
    *DWELLINGS,
    """
    INSERT INTO billing_charge
        (site_id, account_id, place_id, item_id, entry_id, source_id, revision, period_start, period_end, due_on,
         issued_on, recorded_at, quantity, unit_price, amount, vat_rate, vat_amount, late_fee_rate, payer, open_amount,
         detail)
    SELECT account.site_id, account.id, account.unit_id, %(item)s, 0, 0, 0, first, first + interval '1 month',
           first + 27, first, now(), 100, 2, 200, 0, 0, 0, 'owner',
           CASE WHEN account.id %% 10 = 0 OR account.id %% 10 < 3 AND nth > 10 THEN 200 ELSE 0 END, '{}'
    FROM estate_account account, unnest(%(firsts)s::date[]) WITH ORDINALITY AS month (first, nth)
    WHERE account.site_id = %(site)s
    """,
    """
    INSERT INTO ledger_ledgeraccount (site_id, fund, code, name, kind)
    VALUES (%(site)s, 'operating', '1122', '1122', 'asset'), (%(site)s, 'operating', '1002', '1002', 'asset')
    """,
    """
    INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo, actor_name)
    SELECT %(site)s, %(site)s || '-' || id, %(today)s, now(), 'payment', 'bench:' || id, '', ''
    FROM estate_account WHERE site_id = %(site)s
    """,
    """
    WITH owed AS MATERIALIZED (SELECT sum(open_amount) AS yuan FROM billing_charge WHERE site_id = %(site)s)
    INSERT INTO ledger_leg (site_id, entry_id, account_id, amount)
    SELECT %(site)s, entry.id, account.id, CASE account.code WHEN '1122' THEN entry.yuan ELSE -entry.yuan END
    FROM (
        SELECT id, CASE row_number() OVER (ORDER BY id) WHEN 1 THEN owed.yuan - %(size)s + 1 ELSE 1 END AS yuan
        FROM owed CROSS JOIN ledger_entry WHERE site_id = %(site)s
    ) entry
    CROSS JOIN ledger_ledgeraccount account WHERE account.site_id = %(site)s
    """,
)
_PLAIN = """
    SELECT least((%(today)s - due_on) / 91, 4), sum(open_amount), count(*) FROM billing_charge
    WHERE site_id = ANY(%(sites)s) AND open_amount > 0 GROUP BY 1
"""


def main() -> None:
    given = kit.options(__doc__.split("\n")[0], ("--sizes", {"type": int, "nargs": "+", "default": SIZES}))
    sizes = [500, 1_000] if given.quick else given.sizes
    rounds = 2 if given.quick else 7
    report = Report("ageing", sizes={"accounts": sizes, "charges_of_each": 12, "rounds": rounds})
    with kit.throw_away("ageing") as data:
        kit.zhongshu("migrate", "-v0")
        facts = _company()
        for size in sizes:
            _grow_to(size, facts)
            _measure(report, size, rounds)
        report.memory = {"database_server_peak_MB": kit.peak_megabytes(kit.database_pid(data))[0]}
    report.notes = ["The plain query knows neither items, places and keepers nor the ledger, and shows nothing."]
    report.show(as_json=given.json)


def _company() -> dict[str, Any]:
    """Its first person, who sees every site, and the twelve months."""
    from zhongshu.identity.models import Company, RoleGrant, User
    from zhongshu.kernel.clock import day_of, now

    Company.objects.create(name="bench")
    user = User(username=WHO, name="bench")
    user.set_password("zhongshu2026")
    user.save()
    today = day_of(now())
    RoleGrant.objects.create(user=user, role="finance", site=None, starts_on=today - timedelta(days=9))
    firsts = [(today - timedelta(days=31 * back + 60)).replace(day=1) for back in range(12, 0, -1)]
    return {"today": today, "keeper": user.pk, "firsts": firsts}


def _grow_to(accounts: int, facts: dict[str, Any]) -> None:
    """Whole sites more, until there are so many accounts; what guards the rows is switched off meanwhile."""
    from zhongshu.billing.models import ChargeItem
    from zhongshu.estate.models import Account
    from zhongshu.identity.models import Company, Site

    there = Account.objects.count()
    while there < accounts:
        size, code = min(OF_A_SITE, accounts - there), f"A{there}"
        site = Site.objects.create(company=Company.objects.get(), code=code, name=code)
        item = ChargeItem.objects.create(site=site, code="WYF", name="WYF", method="fixed")
        _fill(facts | {"site": site.pk, "item": item.pk, "size": size})
        there += size
    _execute("VACUUM ANALYZE")


def _fill(values: dict[str, Any]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for text in _FILLED:
            cursor.execute(text, values)
        for table in GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _measure(report: Report, size: int, rounds: int) -> None:
    from django.test import Client

    from zhongshu.identity.models import Site, User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=WHO))
    sites = list(Site.objects.order_by("pk").values_list("pk", "code"))
    company = "company" if len(sites) > 1 else f"site-{sites[0][1]}"
    for scope, ids in ((company, [pk for pk, _code in sites]), (f"site-{sites[0][1]}", [sites[0][0]])):
        page = f"/insight/money/ageing?scope={scope}"
        _page(client, page)  # templates are read once
        pairs = [(_page(client, page), _plain(ids)) for _ in range(rounds)]
        report.tables.setdefault("ageing", []).append(
            {
                "accounts": size,
                "scope": "company" if scope == "company" else "a site",
                "page ms": spread((ours * 1000 for ours, _ in pairs), 0),
                "plain query ms": spread(floor * 1000 for _, floor in pairs),
                "ratio": spread(ours / floor for ours, floor in pairs),
            }
        )


def _page(client: Any, page: str) -> float:
    """Seconds for one answer of the whole program, without the web server."""
    began = time.perf_counter()
    answer = client.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code}: {answer.content.decode()[:200]}")
    return time.perf_counter() - began


def _plain(sites: list[int]) -> float:
    from django.db import connection

    from zhongshu.kernel.clock import day_of, now

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(_PLAIN, {"sites": sites, "today": day_of(now())})
        cursor.fetchall()
    return time.perf_counter() - began


def _execute(text: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text)
