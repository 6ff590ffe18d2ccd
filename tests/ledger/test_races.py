"""Two at once: a month is closed either before or after an entry, never around it; a source posts once."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import Cast
from tests.ledger.conftest import Post, charged
from tests.ledger.test_refusals import refused
from zhongshu.identity.roles import Role
from zhongshu.ledger import actions
from zhongshu.ledger.errors import PeriodClosed
from zhongshu.ledger.kinds import RECEIVABLE, Fund
from zhongshu.ledger.models import Entry, Leg, Period
from zhongshu.ledger.queries import balance
from zhongshu.simulation.mishaps import at_once

OCTOBER = date(2026, 10, 1)


class Beside:
    """Something that runs in a transaction of its own and, if told to, keeps it open until it may end."""

    def __init__(self, act: Callable[[], Any], *, held: bool = False) -> None:
        self.did, self.may_end = threading.Event(), threading.Event()
        self.outcome: Any = None
        if not held:
            self.may_end.set()
        self.thread = threading.Thread(target=self._run, args=(act,))
        self.thread.start()

    def _run(self, act: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                self.outcome = act()
                self.did.set()
                assert self.may_end.wait(20)
        except Exception as error:  # what it came to is looked at outside
            self.outcome = error
        finally:
            connection.close()

    def waits(self) -> bool:
        """Whether it still has not done what it was to do after a while."""
        return not self.did.wait(0.3)

    def end(self) -> Any:
        self.may_end.set()
        self.thread.join(20)
        return self.outcome


def by_plain_sql(like: Entry) -> None:
    """Past the program, an entry with two legs on that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH entry AS (INSERT INTO ledger_entry (site_id, number, dated_on, recorded_at, kind, source, memo,"
            " actor_name) SELECT site_id, 'x', dated_on, now(), kind, 'x', '', '' FROM ledger_entry WHERE id = %s"
            " RETURNING id) INSERT INTO ledger_leg (site_id, entry_id, account_id, amount)"
            " SELECT site_id, entry.id, account_id, amount FROM ledger_leg, entry WHERE entry_id = %s",
            [like.pk, like.pk],
        )


@pytest.mark.django_db(transaction=True)
def test_two_at_once(cast: Cast, post: Post, noon: datetime) -> None:
    """One company for all of it: making and emptying one costs more than the races."""
    bookkeeper, colleague = cast.actor(Role.FINANCE, name="甲"), cast.actor(Role.FINANCE, name="乙")
    facts = {"at": noon, "site": cast.yql, "month": OCTOBER}

    def close() -> Period:
        return actions.close_period(actor=bookkeeper, **facts)

    def reopen() -> Period:
        return actions.reopen_period(actor=colleague, **facts, reason="再来")

    # The same source from four sides posts once, and its number leaves no gap.
    made = at_once(*[lambda: post(charged("5.00"), "2026-10-31", source="tests.once:1")] * 4)
    assert {entry.pk for entry in made} == {Entry.objects.get().pk}
    assert post(charged("1.00"), "2026-10-31").number == "JZ-YQL-202610-0002"
    at_once(*[lambda: post(charged("1.00"), "2026-11-04")] * 4)
    numbers = Entry.objects.filter(dated_on__month=11).order_by("number").values_list("number", flat=True)
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]

    # Who posts first is waited for, and is in the month that is closed.
    poster = Beside(lambda: post(charged("2.00"), "2026-10-31"), held=True)
    assert poster.did.wait(20)
    closer = Beside(close)
    assert closer.waits()
    assert isinstance(poster.end(), Entry)
    assert isinstance(closer.end(), Period)
    assert balance(cast.yql.pk, Fund.OPERATING, RECEIVABLE, OCTOBER.replace(day=31)) == 8

    # Who closes first is waited for, and what comes too late is refused, by the program and by the database.
    reopen()
    closer = Beside(close, held=True)
    assert closer.did.wait(20)
    late, past = Beside(lambda: post(charged("3.00"), "2026-10-31")), Beside(lambda: by_plain_sql(made[0]))
    elsewhere = Beside(lambda: post(charged("3.00"), "2026-10-31", site_id=cast.xh.pk))
    assert isinstance(elsewhere.end(), Entry)
    assert late.waits()
    assert past.waits()
    assert isinstance(closer.end(), Period)
    assert isinstance(late.end(), PeriodClosed)
    assert isinstance(past.end(), DatabaseError)
    assert "are closed on" in str(past.outcome)
    assert balance(cast.yql.pk, Fund.OPERATING, RECEIVABLE, OCTOBER.replace(day=31)) == 8

    # Two who close: one does.
    reopen()
    closed = at_once(close, close)
    assert sorted(type(one).__name__ for one in closed) == ["CannotClose", "Period"]

    # The lock helps only who looks anew after the wait.
    with refused("READ COMMITTED"):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        post(charged("1.00"))
    assert sum(Leg.objects.values_list("amount", flat=True)) == 0
