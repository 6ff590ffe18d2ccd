"""Months are closed in order, when nothing waits; opened again by somebody else, with a reason."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from tests.cast import Cast
from tests.ledger.conftest import Post, charged
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.ledger import actions
from zhongshu.ledger.errors import CannotClose, CannotReopen, PeriodClosed, SecondPersonNeeded
from zhongshu.ledger.kinds import BANK, BANK_FEES, RECEIVABLE, Fund
from zhongshu.ledger.models import Entry, Period
from zhongshu.ledger.policies import Leg, last_of, month_to_close
from zhongshu.ledger.queries import Difference, next_to_close
from zhongshu.ledger.queries.sub_ledgers import COUNTINGS

SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)


@pytest.fixture
def bookkeeper(cast: Cast) -> Actor:
    return cast.actor(Role.FINANCE, cast.yql, name="会计")


@pytest.fixture
def colleague(cast: Cast) -> Actor:
    return cast.actor(Role.FINANCE, name="财务经理")


@pytest.mark.parametrize(
    ("open_from", "first_entry", "today", "turn"),
    [
        (None, None, "2026-11-04", None),
        (None, "2026-11-03", "2026-11-30", None),
        (None, "2026-11-03", "2026-12-01", "2026-11-01"),
        (None, "2026-02-28", "2026-12-01", "2026-02-01"),
        ("2026-03-01", "2026-02-28", "2026-12-01", "2026-03-01"),
        ("2026-12-01", "2026-02-28", "2026-12-31", None),
        ("2026-12-01", "2026-02-28", "2027-01-01", "2026-12-01"),
    ],
)
def test_whose_turn_it_is(open_from: str | None, first_entry: str | None, today: str, turn: str | None) -> None:
    days = [date.fromisoformat(day) if day else None for day in (open_from, first_entry, turn)]
    found = month_to_close(open_from=days[0], first_entry_on=days[1], today=date.fromisoformat(today))
    assert found == days[2]


def test_the_last_day_of_a_month() -> None:
    assert [last_of(date(2028, 2, 3)), last_of(date(2026, 12, 31))] == [date(2028, 2, 29), date(2026, 12, 31)]


def test_months_are_closed_in_order(post: Post, bookkeeper: Actor, cast: Cast, noon: datetime) -> None:
    facts = {"actor": bookkeeper, "at": noon, "site": cast.yql}
    with pytest.raises(CannotClose, match="没有可以结账的月份"):
        actions.close_period(**facts, month=OCTOBER)
    post(charged("10"), "2026-09-05")
    with pytest.raises(CannotClose, match="2026-09"):
        actions.close_period(**facts, month=OCTOBER)
    actions.close_period(**facts, month=SEPTEMBER)
    period = actions.close_period(**facts, month=date(2026, 10, 20))
    with pytest.raises(CannotClose, match="已结到上月"):
        actions.close_period(**facts, month=NOVEMBER)
    assert (period.month, period.closed_by_name) == (OCTOBER, "会计")
    assert OutboxEvent.objects.filter(name="ledger.period_closed").last().payload["month"] == "2026-10-01"
    with pytest.raises(PeriodClosed):
        post(charged("10"), "2026-10-31")
    assert post(charged("10"), "2026-11-01")
    entry = Entry.objects.earliest("id")
    undo = {"actor": bookkeeper, "at": noon, "entry_id": entry.pk, "source": "tests.undo:1"}
    with pytest.raises(PeriodClosed):
        actions.reverse(**undo, dated_on=entry.dated_on)
    assert actions.reverse(**undo, dated_on=NOVEMBER).reverses == entry


def test_what_waits_for_a_second_person_holds_the_closing_up(
    post: Post, bookkeeper: Actor, colleague: Actor, cast: Cast, noon: datetime
) -> None:
    post(charged("10"), "2026-10-05")
    legs = [Leg(Fund.OPERATING, BANK_FEES, Decimal(5)), Leg(Fund.OPERATING, BANK, Decimal(-5))]
    facts = {"actor": bookkeeper, "at": noon, "site": cast.yql}
    draft = actions.propose(**facts, dated_on=date(2026, 10, 31), memo="手续费", legs=legs)
    actions.propose(**facts, dated_on=NOVEMBER, memo="手续费", legs=legs)
    with pytest.raises(CannotClose, match="1 张手工凭证"):
        actions.close_period(**facts, month=OCTOBER)
    actions.approve(actor=colleague, at=noon, proposal_id=draft.pk)
    assert actions.close_period(**facts, month=OCTOBER)
    with pytest.raises(PeriodClosed):
        actions.propose(**facts, dated_on=date(2026, 10, 31), memo="手续费", legs=legs)


def test_books_that_were_tampered_with_are_not_closed(
    post: Post, bookkeeper: Actor, cast: Cast, noon: datetime
) -> None:
    """Somebody who owns the database has switched the triggers off."""
    post(charged("10"), "2026-10-05")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_leg DISABLE TRIGGER append_only")
        cursor.execute("UPDATE ledger_leg SET amount = 11 WHERE amount = 10")
        cursor.execute("ALTER TABLE ledger_leg ENABLE TRIGGER append_only")
    with pytest.raises(CannotClose, match=r"相差 1\.00 元"):
        actions.close_period(actor=bookkeeper, at=noon, site=cast.yql, month=OCTOBER)


def test_somebody_else_opens_the_last_month_again(
    post: Post, bookkeeper: Actor, colleague: Actor, cast: Cast, noon: datetime
) -> None:
    post(charged("10"), "2026-09-05")
    for month in (SEPTEMBER, OCTOBER):
        actions.close_period(actor=bookkeeper, at=noon, site=cast.yql, month=month)
    again = {"at": noon + timedelta(hours=1), "site": cast.yql}
    with pytest.raises(SecondPersonNeeded):
        actions.reopen_period(actor=bookkeeper, **again, month=OCTOBER, reason="漏记")
    with pytest.raises(CannotReopen):
        actions.reopen_period(actor=colleague, **again, month=SEPTEMBER, reason="漏记")
    with pytest.raises(Invalid):
        actions.reopen_period(actor=colleague, **again, month=OCTOBER, reason=" ")
    actions.reopen_period(actor=colleague, **again, month=OCTOBER, reason="漏记一笔手续费")
    assert post(charged("10"), "2026-10-31")
    assert next_to_close(cast.yql.pk, noon.date()) == OCTOBER
    actions.close_period(actor=colleague, **again, month=OCTOBER)
    rows = Period.objects.filter(month=OCTOBER).values_list("closed_by_name", "reopened_by_name", "reason")
    assert set(rows) == {("财务经理", "", ""), ("会计", "财务经理", "漏记一笔手续费")}
    line = AuditEntry.objects.get(verb="ledger.reopen_period")
    assert line.after == {"month": "2026-10-01", "reason": "漏记一笔手续费"}


@pytest.mark.parametrize("role", [Role.SITE_MANAGER, Role.CASHIER, Role.KEEPER])
def test_others_close_nothing(post: Post, cast: Cast, noon: datetime, role: Role) -> None:
    post(charged("10"), "2026-10-05")
    with pytest.raises(NotFound):
        actions.close_period(actor=cast.actor(role, cast.yql), at=noon, site=cast.yql, month=OCTOBER)
    with pytest.raises(NotFound):
        actions.close_period(actor=cast.actor(Role.FINANCE, cast.xh), at=noon, site=cast.yql, month=OCTOBER)
    assert not Period.objects.exists()


def test_a_month_stays_open_while_another_app_counts_otherwise(
    post: Post, bookkeeper: Actor, cast: Cast, noon: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(charged("100.00"), on="2026-10-09")
    asked: list[tuple[int, date]] = []

    def counted(site_id: int, on: date) -> list[Difference]:
        asked.append((site_id, on))
        return [Difference(Fund.OPERATING, RECEIVABLE, Decimal("90.00"), Decimal("100.00"))]

    monkeypatch.setitem(COUNTINGS, "tests", counted)
    with pytest.raises(CannotClose, match=r"应收账款明细 90\.00 元，总账 100\.00 元"):
        actions.close_period(actor=bookkeeper, at=noon, site=cast.yql, month=OCTOBER)
    assert asked == [(cast.yql.pk, date(2026, 10, 31))]
    assert not Period.objects.exists()
    monkeypatch.delitem(COUNTINGS, "tests")
    assert actions.close_period(actor=bookkeeper, at=noon, site=cast.yql, month=OCTOBER)
