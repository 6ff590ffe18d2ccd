"""Payment plans: what they name, whether they are kept, and how they end; why an account does not pay."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.billing.till import DAY, YUAN, Till
from zhongshu.billing import actions as billing
from zhongshu.collecting import actions
from zhongshu.collecting.errors import PlanRefused
from zhongshu.collecting.kinds import PlanState, Reason
from zhongshu.collecting.models import ArrearsReason, PaymentPlan
from zhongshu.collecting.policies.plans import Part, even
from zhongshu.collecting.queries.plans import plan_kept_at, standings
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound


@pytest.fixture
def till(cast, noon) -> Till:
    return Till.open(cast, noon)


def agree(till: Till, *parts: tuple[str, str], on: str = "2026-07-01", **facts: Any) -> PaymentPlan:
    said = {"actor": till.manager, "at": till.at, "account_id": till.account.pk, "agreed_with": "张三"} | facts
    instalments = [Part(DAY(day), YUAN(amount)) for day, amount in parts]
    return actions.agree_plan(**said, agreed_on=DAY(on), instalments=instalments)


def state(till: Till, on: str) -> str:
    (plan,) = standings(DAY(on), account_ids=[till.account.pk])
    assert (plan.state == PlanState.KEPT) is (plan_kept_at([till.account.pk], DAY(on)) == {till.account.pk})
    return plan.state


@pytest.mark.parametrize(
    ("total", "count", "first", "expected"),
    [
        ("100.00", 3, "2026-01-31", [("2026-01-31", "33.34"), ("2026-02-28", "33.33"), ("2026-03-31", "33.33")]),
        ("10.00", 1, "2026-12-15", [("2026-12-15", "10.00")]),
        ("0.03", 2, "2026-12-15", [("2026-12-15", "0.02"), ("2027-01-15", "0.01")]),
    ],
)
def test_even_parts_come_to_the_whole(total: str, count: int, first: str, expected: list[tuple[str, str]]) -> None:
    parts = even(Decimal(total), first_on=date.fromisoformat(first), count=count)
    assert [(str(part.due_on), str(part.amount)) for part in parts] == expected


def test_a_plan_is_kept_broken_and_fulfilled_as_the_money_comes(till: Till) -> None:
    till.bill("600.00", "2026-05-31", rate="0.0005")  # 9.30 of late fee by the day it is agreed
    agree(till, ("2026-08-01", "300.00"), ("2026-09-01", "309.30"))
    assert [state(till, day) for day in ("2026-07-01", "2026-08-01", "2026-08-02")] == ["kept", "kept", "broken"]
    till.takes("300.00", on="2026-08-05")
    assert [state(till, day) for day in ("2026-08-04", "2026-08-05", "2026-09-01")] == ["broken", "kept", "kept"]
    late = till.takes("309.30", on="2026-09-02")
    assert [state(till, day) for day in ("2026-09-01", "2026-09-02", "2026-11-04")] == [
        "kept",
        "fulfilled",
        "fulfilled",
    ]
    later = till.at + timedelta(hours=1)
    billing.bounce_payment(actor=till.cashier, at=later, payment_id=late.pk, on=DAY("2026-09-10"), reason="退票")
    assert state(till, "2026-11-04") == "broken"


def test_it_names_debts_of_the_account_and_comes_to_them(till: Till) -> None:
    bill = till.bill("600.00", "2026-05-31")
    other = till.bill("60.00", "2026-12-31", issued_on=DAY("2026-11-01"))
    foreign = till.bill("10.00", "2026-05-31", account=till.account_of(till.cast, "A-2"))
    for parts, facts in (
        ([("2026-08-01", "599.99")], {}),
        ([("2026-08-01", "300.00"), ("2026-08-01", "300.00")], {}),
        ([("2026-08-01", "600.00"), ("2026-09-01", "0.00")], {}),
        ([("2026-06-30", "600.00")], {}),
        ([], {}),
        ([("2026-08-01", "600.00")], {"agreed_with": " "}),
        ([("2026-08-01", "610.00")], {"charge_ids": [bill.pk, foreign.pk]}),
        ([("2026-12-01", "600.00")], {"on": "2026-11-05"}),
    ):
        with pytest.raises(Invalid):
            agree(till, *parts, **facts)
    assert not PaymentPlan.objects.exists()
    plan = agree(till, ("2026-11-05", "660.00"), on="2026-11-04", charge_ids=[bill.pk, other.pk])
    assert sorted(plan.charges.values_list("charge_id", flat=True)) == [bill.pk, other.pk]


def test_one_plan_at_a_time_and_only_by_those_who_may(till: Till) -> None:
    till.bill("600.00", "2026-05-31")
    keeper = till.cast.actor(Role.KEEPER, till.cast.yql)
    with pytest.raises(NotFound):
        agree(till, ("2026-08-01", "600.00"), actor=keeper)
    paper = SimpleUploadedFile("signed.pdf", b"%PDF-1.4")
    plan = agree(till, ("2026-12-01", "600.00"), file=paper)
    with pytest.raises(PlanRefused):
        agree(till, ("2026-12-01", "600.00"))
    with pytest.raises(NotFound):
        actions.end_plan(actor=keeper, at=till.at, plan_id=plan.pk, reason="x")
    actions.end_plan(actor=till.manager, at=till.at, plan_id=plan.pk, reason="不再履行")
    assert [state(till, day) for day in ("2026-11-03", "2026-11-04")] == ["kept", "ended"]
    with pytest.raises(PlanRefused):
        actions.end_plan(actor=till.manager, at=till.at, plan_id=plan.pk, reason="再来")
    till.takes("600.00")
    till.bill("50.00", "2026-06-30", item="SF")
    second = agree(till, ("2026-12-01", "50.00"), on="2026-11-04")
    till.takes("50.00", at=till.at + timedelta(minutes=1))
    till.bill("70.00", "2026-06-30", item="DF")
    third = agree(till, ("2026-12-01", "70.00"), on="2026-11-04")  # the second is paid off and makes room
    second.refresh_from_db()
    assert (second.ended_on, third.ended_on) == (DAY("2026-11-04"), None)


def test_reasons_follow_one_another(till: Till) -> None:
    said = {"actor": till.cast.actor(Role.KEEPER, till.cast.yql), "at": till.at, "account_id": till.account.pk}
    actions.note_reason(**said, kind=Reason.AWAY, starts_on=DAY("2026-09-01"), note="在外地")
    actions.note_reason(**said, kind=Reason.OTHER, starts_on=DAY("2026-10-01"))
    actions.note_reason(**said, kind=Reason.HARDSHIP, starts_on=DAY("2026-10-01"))
    for wrong in ("2026-11-05", "2026-09-15"):
        with pytest.raises(Invalid):
            actions.note_reason(**said, kind=Reason.MOVED, starts_on=DAY(wrong))
    actions.note_reason(**said, kind=None)
    rows = ArrearsReason.objects.order_by("starts_on").values_list("kind", "starts_on", "ends_on")
    assert [(kind, str(since), str(until)) for kind, since, until in rows] == [
        ("away", "2026-09-01", "2026-10-01"), ("hardship", "2026-10-01", "2026-11-04"),
    ]  # fmt: skip
    stranger = till.cast.actor(Role.KEEPER, till.cast.xh)
    with pytest.raises(NotFound):
        actions.note_reason(**said | {"actor": stranger}, kind=Reason.MOVED)
