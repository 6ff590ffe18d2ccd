"""What the database itself refuses, whoever writes: every case by plain SQL, past the program."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.ledger.conftest import Post, charged
from zhongshu.ledger.kinds import Fund
from zhongshu.ledger.models import Entry, LedgerAccount, Leg, Period

ENTRY = """
    INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo, actor_name, reverses_id)
    VALUES (%(site)s, 'JZ-' || %(key)s::text, %(on)s, now(), 'other', 'raw:' || %(key)s::text, '', '', %(reverses)s)
    RETURNING id
"""
TWO_LEGS = "INSERT INTO ledger_leg (site_id, entry_id, account_id, amount) VALUES (%s, %s, %s, %s), (%s, %s, %s, %s)"
ONE_LEG = "INSERT INTO ledger_leg (site_id, entry_id, account_id, amount) VALUES (%s, %s, %s, %s)"


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)


@contextmanager
def refused(because: str) -> Iterator[None]:
    with pytest.raises(DatabaseError, match=because), transaction.atomic():  # noqa: PT012
        yield
        run("SET CONSTRAINTS ALL IMMEDIATE")


class Books:
    """Accounts of two sites and of two funds; entries by plain SQL."""

    def __init__(self, cast: Cast, post: Post) -> None:
        self.site, self.other = cast.yql.pk, cast.xh.pk
        self.posted = post(charged("10.00"))
        post(charged("10.00"), site_id=self.other)
        post(charged("10.00", Fund.COMMON_AREA_REVENUE))
        self.owed, self.earned = self._accounts(self.site, Fund.OPERATING)
        self.owed_there, self.earned_there = self._accounts(self.other, Fund.OPERATING)
        _, self.owners_earned = self._accounts(self.site, Fund.COMMON_AREA_REVENUE)
        self.keys = iter(range(100))

    def _accounts(self, site_id: int, fund: str) -> list[int]:
        rows = LedgerAccount.objects.filter(site_id=site_id, fund=fund).order_by("code")
        return list(rows.values_list("pk", flat=True))

    def entry(self, *, site: int | None = None, on: str = "2026-11-04", reverses: int | None = None) -> int:
        values = {"site": site or self.site, "key": next(self.keys), "on": on, "reverses": reverses}
        with connection.cursor() as cursor:
            cursor.execute(ENTRY, values)
            (made,) = cursor.fetchone()
        return made

    def legs(self, entry: int, debit: int, credit: int, amounts: tuple[str, str] = ("1.00", "-1.00")) -> None:
        run(TWO_LEGS, self.site, entry, debit, amounts[0], self.site, entry, credit, amounts[1])


@pytest.fixture
def books(cast: Cast, post: Post) -> Books:
    return Books(cast, post)


def test_what_is_in_order_passes(books: Books) -> None:
    with transaction.atomic():
        books.legs(books.entry(), books.owed, books.earned)
        run("SET CONSTRAINTS ALL IMMEDIATE")
    assert Entry.objects.count() == 4


def test_legs_that_do_not_come_to_zero(books: Books) -> None:
    with refused("do not balance"):
        books.legs(books.entry(), books.owed, books.earned, ("1.00", "-0.99"))


def test_legs_that_balance_only_across_funds(books: Books) -> None:
    with refused("do not balance"):
        books.legs(books.entry(), books.owed, books.owners_earned)


def test_one_bad_entry_among_good_ones_of_the_same_statement(books: Books) -> None:
    with refused("do not balance"):
        good, bad = books.entry(), books.entry()
        legs = [(good, books.owed, 2), (good, books.earned, -2), (bad, books.owed, 2), (bad, books.earned, -3)]
        values = [value for entry, account, amount in legs for value in (books.site, entry, account, amount)]
        run(ONE_LEG + ", (%s, %s, %s, %s)" * 3, *values)


def test_two_entries_that_balance_only_together(books: Books) -> None:
    with refused("do not balance"):
        values = [books.site, books.entry(), books.owed, 1, books.site, books.entry(), books.earned, -1]
        run(TWO_LEGS, *values)


def test_a_leg_of_nothing(books: Books) -> None:
    with refused("ledger_leg_not_zero"):
        books.legs(books.entry(), books.owed, books.earned, ("0", "0"))


def test_an_entry_without_legs(books: Books) -> None:
    with refused("has no legs"):
        books.entry()


def test_later_legs_on_what_was_posted_before(books: Books) -> None:
    with refused("has its legs already"):
        books.legs(books.posted.pk, books.owed, books.earned)


def test_later_legs_in_the_same_transaction(books: Books) -> None:
    with refused("has its legs already"):
        entry = books.entry()
        books.legs(entry, books.owed, books.earned)
        books.legs(entry, books.owed, books.earned)


def test_legs_that_come_one_by_one(books: Books) -> None:
    with refused("do not balance"):
        run(ONE_LEG, books.site, books.entry(), books.owed, 1)


def test_accounts_of_another_site(books: Books) -> None:
    with refused("do not balance within each fund of its site"):
        books.legs(books.entry(), books.owed_there, books.earned_there)


def test_legs_of_another_site_than_their_entry(books: Books) -> None:
    with refused("of another site"):
        entry = books.entry()
        values = [books.other, entry, books.owed_there, 1, books.other, entry, books.earned_there, -1]
        run(TWO_LEGS, *values)


@pytest.mark.parametrize("missing", ["entry", "account"])
def test_legs_of_nothing_that_is_there(books: Books, missing: str) -> None:
    with refused("is not there" if missing == "entry" else "do not balance"):
        entry = 10**9 if missing == "entry" else books.entry()
        books.legs(entry, *([books.owed, books.earned] if missing == "entry" else [10**9, 10**9]))


def test_an_entry_that_reverses_one_of_another_site(books: Books) -> None:
    there = Entry.objects.get(site_id=books.other)
    with refused("of its own site"):
        books.legs(books.entry(reverses=there.pk), books.owed, books.earned)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entry SET memo = 'x'",
        "UPDATE ledger_leg SET amount = amount * 2",
        "DELETE FROM ledger_leg",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_leg",
        "TRUNCATE ledger_entry CASCADE",
        "TRUNCATE ledger_ledgeraccount CASCADE",
        "TRUNCATE ledger_period",
        "TRUNCATE identity_site CASCADE",
        "UPDATE ledger_ledgeraccount SET fund = 'deposits'",
        "DELETE FROM ledger_ledgeraccount",
    ],
)
def test_changes_and_removals(books: Books, change: str) -> None:
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("append-only"):
        run(change)


def test_an_upsert_that_would_change(books: Books) -> None:
    leg = Leg.objects.first()
    with refused("append-only"):
        run(
            "INSERT INTO ledger_leg (id, site_id, entry_id, account_id, amount) VALUES (%s, %s, %s, %s, 5)"
            " ON CONFLICT (id) DO UPDATE SET amount = 5",
            *(leg.pk, leg.site_id, leg.entry_id, leg.account_id),
        )


CLOSE = "INSERT INTO ledger_period (site_id, month, closed_at, closed_by_name, reopened_by_name, reason) "
REOPEN = "UPDATE ledger_period SET reopened_at = now(), reason = 'x'"


def close(site: int, month: str) -> None:
    run(CLOSE + "VALUES (%s, %s, now(), '', '', '')", site, month)


def test_entries_of_a_closed_month_and_of_any_before(books: Books) -> None:
    close(books.site, "2026-10-01")
    for day in ("2026-10-31", "2026-10-01", "2025-01-01"):
        with refused("are closed on"):
            books.legs(books.entry(on=day), books.owed, books.earned)
    books.legs(books.entry(on="2026-11-01"), books.owed, books.earned)
    run(REOPEN)
    books.legs(books.entry(on="2026-10-31"), books.owed, books.earned)


def test_another_site_is_not_closed_by_that(books: Books, post: Post) -> None:
    close(books.site, "2026-10-01")
    assert post(charged("1"), "2026-10-31", site_id=books.other)


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (CLOSE + "SELECT site_id, '2026-09-01', now(), '', '', '' FROM ledger_period", "closed in order"),
        (CLOSE + "SELECT site_id, '2026-10-01', now(), '', '', '' FROM ledger_period", "closed in order"),
        (CLOSE + "SELECT site_id, '2026-11-02', now(), '', '', '' FROM ledger_period", "ledger_period_is_a_month"),
        ("UPDATE ledger_period SET month = '2026-09-01'", "a closing is not changed"),
        ("UPDATE ledger_period SET reopened_at = now()", "reopened_with_reason"),
        (REOPEN + ", closed_by_name = 'y'", "a closing is not changed"),
        (f"{REOPEN}; {REOPEN}", "a closing is not changed"),
        (REOPEN + ", closed_by_id = 4711", "a closing is not changed"),
        ("DELETE FROM ledger_period", "append-only"),
    ],
)
def test_a_closing_that_is_changed(books: Books, change: str, because: str) -> None:
    close(books.site, "2026-10-01")
    with refused(because):
        run(change)


def test_only_the_last_closing_is_undone(books: Books) -> None:
    close(books.site, "2026-09-01")
    close(books.site, "2026-10-01")
    with refused("the last of a site"):
        run(REOPEN + " WHERE month = '2026-09-01'")
    assert Period.objects.count() == 2
