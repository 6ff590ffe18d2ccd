"""Improvement plans and priority records: opened by the score, written and reviewed by people, closed by the score."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.care.household import Household, noon_of
from zhongshu.care import actions
from zhongshu.care.engine.reminding import remind
from zhongshu.care.errors import NotNow
from zhongshu.care.models import ImprovementPlan, PriorityRecord, PriorityReview
from zhongshu.care.policies.following import is_to_remind, may_close, next_review_on
from zhongshu.cases.kinds import Severity
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message

D = date.fromisoformat


def judged_down(home: Household, points: int, on: str) -> None:
    home.judge(home.complaint(), Severity.MAJOR, points, noon_of(on))


def actor(home: Household, role: Role) -> Actor:
    return home.till.cast.actor(role, home.till.cast.yql)


@pytest.mark.parametrize(
    ("due_on", "reminded_on", "on", "expected"),
    [
        ("2026-03-08", None, "2026-03-07", False),
        ("2026-03-08", None, "2026-03-08", True),
        ("2026-03-08", None, "2026-03-20", True),
        ("2026-03-08", "2026-03-08", "2026-03-14", False),
        ("2026-03-08", "2026-03-08", "2026-03-15", True),
    ],
)
def test_whoever_is_late_is_reminded_weekly(due_on: str, reminded_on: str | None, on: str, expected: bool) -> None:
    assert is_to_remind(D(due_on), D(reminded_on) if reminded_on else None, D(on)) is expected


def test_months_of_a_record() -> None:
    assert next_review_on(D("2026-01-31")) == D("2026-02-28")
    assert [may_close(D("2026-01-31"), D(day)) for day in ("2026-04-29", "2026-04-30")] == [False, True]
    assert not may_close(None, D("2026-04-30"))


@pytest.mark.django_db
def test_a_poor_account_gets_a_plan_that_is_reminded_of_until_it_is_written(home: Household) -> None:
    keeper, manager = actor(home, Role.KEEPER), actor(home, Role.SITE_MANAGER)
    judged_down(home, -35, "2026-03-01")
    home.morning(D("2026-03-02"))
    plan = ImprovementPlan.objects.get()
    assert (plan.opened_on, plan.due_on, plan.owner) == (D("2026-03-02"), D("2026-03-09"), None)
    ImprovementPlan.objects.update(owner=keeper.user_id)
    counts = [remind(noon_of(day))["plans"] for day in ("2026-03-08", "2026-03-09", "2026-03-09", "2026-03-16")]
    assert counts == [0, 1, 0, 1]
    heard = list(Message.objects.filter(kind="care_due").order_by("pk").values_list("recipient", flat=True))
    assert heard[0] == keeper.user_id
    assert set(heard[1:]) == {keeper.user_id, manager.user_id}  # the second time also who stands above

    said: dict[str, Any] = {"at": noon_of("2026-03-17"), "plan_id": plan.pk}
    other = home.till.cast.actor(Role.KEEPER, home.till.cast.yql, name="别的管家")
    with pytest.raises(NotFound):  # another keeper's account
        actions.write_plan(actor=other, text="我", **said)
    with pytest.raises(Invalid):
        actions.write_plan(actor=keeper, text=" ", **said)
    actions.write_plan(actor=keeper, text="每周一次电话，先修好漏水", **said)
    actions.write_plan(actor=manager, text="每周一次上门", **said)
    plan.refresh_from_db()
    assert (plan.text, plan.done_by_id, plan.done_at) == ("每周一次上门", keeper.user_id, noon_of("2026-03-17"))
    assert remind(noon_of("2026-04-01"))["plans"] == 0


@pytest.mark.django_db
def test_a_priority_record_is_reviewed_monthly_and_closes_after_three_good_months(home: Household) -> None:
    manager = actor(home, Role.SITE_MANAGER)
    judged_down(home, -50, "2025-03-01")
    judged_down(home, -40, "2025-06-01")
    home.morning(D("2025-06-02"))
    record = PriorityRecord.objects.get()
    assert (record.owner_id, record.review_on, record.good_since) == (manager.user_id, D("2025-07-02"), None)
    assert [remind(noon_of(day))["records"] for day in ("2025-07-01", "2025-07-02", "2025-07-03")] == [0, 1, 0]
    said: dict[str, Any] = {"at": noon_of("2025-07-04"), "record_id": record.pk}
    with pytest.raises(NotFound):
        actions.review_priority(actor=actor(home, Role.KEEPER), text="我来", **said)
    review = actions.review_priority(actor=manager, text="已约业主面谈", **said)
    record.refresh_from_db()
    assert (review.score, record.review_on, record.reminded_at) == (10, D("2025-08-04"), None)

    home.morning(D("2026-03-01"))  # the first complaint counts no longer: 60
    record.refresh_from_db()
    assert record.good_since == D("2026-03-01")
    judged_down(home, -20, "2026-04-01")
    home.morning(D("2026-04-02"))  # and falls again
    record.refresh_from_db()
    assert record.good_since is None
    home.morning(D("2026-06-01"))  # 80
    home.morning(D("2026-08-31"))
    record.refresh_from_db()
    assert (record.good_since, record.closed_on) == (D("2026-06-01"), None)
    home.morning(D("2026-09-01"))
    record.refresh_from_db()
    assert record.closed_on == D("2026-09-01")
    assert Message.objects.filter(kind="priority_closed", recipient=manager.user_id).count() == 1
    with pytest.raises(NotNow):
        actions.review_priority(actor=manager, text="再来", **said | {"at": noon_of("2026-09-02")})
    assert PriorityReview.objects.count() == 1


@pytest.mark.django_db
def test_the_record_of_whoever_moved_out_closes(home: Household) -> None:
    judged_down(home, -60 + 10, "2026-03-01")
    judged_down(home, -20, "2026-03-01")
    home.morning(D("2026-03-02"))
    account = home.till.account
    account.ends_on = D("2026-03-10")
    account.save(update_fields=["ends_on"])
    home.morning(D("2026-03-10"))
    assert PriorityRecord.objects.get().closed_on == D("2026-03-10")
    assert remind(noon_of("2026-03-10") + timedelta(days=90)) == {"plans": 0, "records": 0, "reviews": 0}


@pytest.mark.django_db
def test_what_is_judged_after_the_morning_moves_the_score_the_next_morning(home: Household) -> None:
    home.morning(D("2026-03-01"))
    judged_down(home, -35, "2026-03-01")
    actions.enter_complaints(actor=home.till.cast.system, at=noon_of("2026-03-01"), site_id=home.till.site_id)
    home.morning(D("2026-03-02"))
    assert ImprovementPlan.objects.get().opened_on == D("2026-03-02")
