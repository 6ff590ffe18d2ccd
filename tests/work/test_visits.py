"""Booked visits: windows, full ones, races, reminders; and the plan of a day taken with one click."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.work.conftest import Crew
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid, Refusal
from zhongshu.people.kinds import TeamKind
from zhongshu.people.models import RosterEntry
from zhongshu.simulation.mishaps import at_once
from zhongshu.work import actions, batch, queries
from zhongshu.work.actions import Planned
from zhongshu.work.errors import PlanStale, SlotFull, SlotUnsuitable
from zhongshu.work.models import PlannedVisit, SlotWindow, VisitSlot, WorkOrder
from zhongshu.work.policies.visits import planned

TOMORROW = date(2026, 11, 5)


def instant(hour: int, on: date = TOMORROW) -> datetime:
    return datetime.combine(on, time(hour), SITE_ZONE)


def window(crew: Crew, opens: int, *, capacity: int = 1) -> SlotWindow:
    return actions.add_window(
        actor=crew.actor("经理"), at=crew.noon, team=crew.team(TeamKind.ENGINEERING), opens=time(opens),
        closes=time(opens + 2), capacity=capacity, starts_on=date(2026, 11, 1),
    )  # fmt: skip


def book(crew: Crew, order: WorkOrder, slot: SlotWindow, **more: Any) -> VisitSlot:
    facts: dict[str, Any] = {"actor": crew.actor("经理"), "at": crew.noon, "order_id": order.pk}
    return actions.book_visit(**(facts | {"window_id": slot.pk, "on": TOMORROW} | more))


def test_a_visit_is_agreed_and_the_clocks_follow(crew: Crew) -> None:
    order = crew.order()
    book(crew, order, window(crew, 14))
    order.refresh_from_db()
    assert (order.booked_at, order.booked_until) == (instant(14), instant(16))
    targets = dict(order.clocks.values_list("stage", "target_at"))
    assert targets["arrive"] == instant(16)
    assert targets["acknowledge"] == crew.noon + timedelta(minutes=15)  # a promise all the same
    assert order.clocks.get(stage="arrive").steps.get(percent=100).due_at == instant(16)
    assert batch.tick(at=instant(13))["steps_fired"] > 0

    actions.release_visit(actor=crew.actor("经理"), at=crew.noon, order_id=order.pk)
    order.refresh_from_db()
    assert (order.booked_at, order.clocks.get(stage="arrive").target_at) == (None, crew.noon + timedelta(hours=4))


def test_a_full_window_is_refused_with_the_next_free_ones(crew: Crew) -> None:
    morning, afternoon = window(crew, 9), window(crew, 14)
    book(crew, crew.order(), morning)
    late = crew.order()
    with pytest.raises(SlotFull, match=r"2026-11-05 14:00–16:00、2026-11-06 09:00"):
        book(crew, late, morning)
    assert not late.visits.exists()
    book(crew, late, afternoon)
    book(crew, late, afternoon)  # again: it keeps its place
    assert late.visits.filter(released_at__isnull=True).count() == 1
    assert str(queries.free_slots(late.team, at=crew.noon)[0]) == "2026-11-04 14:00–16:00"


def test_what_cannot_be_booked(crew: Crew) -> None:
    slot, order = window(crew, 9), crew.order()
    for wrong in ({"on": date(2026, 11, 4)}, {"on": date(2026, 10, 1)}, {"window_id": 0}):
        with pytest.raises(SlotUnsuitable):
            book(crew, order, slot, **wrong)
    with pytest.raises(SlotUnsuitable):
        book(crew, crew.order(urgency="P1"), slot)
    with pytest.raises(Invalid):
        window(crew, 10)  # overlaps
    actions.end_window(actor=crew.actor("经理"), at=crew.noon, window_id=slot.pk)
    with pytest.raises(SlotUnsuitable):
        book(crew, order, slot)


def test_who_is_off_shift_then_is_spared_the_visit(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    RosterEntry.objects.filter(staff=crew.staff["张强"]).update(ends_at=crew.noon + timedelta(hours=4))
    RosterEntry.objects.filter(staff=crew.staff["李明"]).update(ends_at=instant(20))
    book(crew, order, window(crew, 14))
    order.refresh_from_db()
    assert order.assignee == crew.staff["李明"]


def test_the_evening_before_the_customer_is_reminded_once(crew: Crew) -> None:
    order = crew.order(contact_phone="13812345678")
    book(crew, order, window(crew, 14))
    later = crew.order()
    assert batch.tick(at=instant(17, date(2026, 11, 4)))["visits_reminded"] == 0
    assert batch.tick(at=instant(18, date(2026, 11, 4)))["visits_reminded"] == 1
    assert batch.tick(at=instant(19, date(2026, 11, 4)))["visits_reminded"] == 0
    book(crew, later, window(crew, 16), at=instant(20, date(2026, 11, 4)))  # booked that evening: they know
    assert batch.tick(at=instant(21, date(2026, 11, 4)))["visits_reminded"] == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_place_one_gets_it(transactional_db: None, make_crew: Callable[[Cast], Crew]) -> None:
    crew = make_crew(Cast.assemble())
    slot, rivals = window(crew, 9), [crew.order(), crew.order()]
    answers = at_once(*[lambda one=one: book(crew, one, slot) for one in rivals])
    assert [type(answer) for answer in answers if isinstance(answer, Refusal)] == [SlotFull]
    assert VisitSlot.objects.filter(released_at__isnull=True).count() == 1


def test_a_day_is_planned_shown_and_taken_with_one_click(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhongshu.work.views.lists.now", lambda: crew.noon)
    RosterEntry.objects.update(ends_at=instant(8))
    for staff in ("张强", "李明"):
        RosterEntry.objects.create(
            site=crew.site, staff=crew.staff[staff], duty="shift", starts_at=instant(9), ends_at=instant(17)
        )
    morning = window(crew, 10, capacity=4)
    orders = [crew.order(), crew.order(place=crew.places["YQL.P1-4-1-101"]), crew.order()]
    book(crew, orders[1], morning)
    team = crew.team(TeamKind.ENGINEERING)

    known = queries.to_be_visited(team, TOMORROW)
    plan = planned(queries.visits_of(known, TOMORROW), queries.walkers(team, TOMORROW, at=crew.noon))
    assert sorted(stop.order_id for one in plan.rounds for stop in one.stops) == sorted(order.pk for order in orders)

    page = Client()
    page.force_login(crew.staff["经理"].user)
    address = f"/orders/visits?team={team.code}&day=2026-11-05"
    shown = page.get(address)
    (plan_shown,) = shown.context["plans"]
    lines = [stop["key"] for one in plan_shown["rounds"] for stop in one["stops"]]
    assert len(lines) == 3
    everybody = page.get("/orders/visits?team=all&day=2026-11-05").context["plans"]
    assert [plan["team"] for plan in everybody] == [team]  # who has nothing to visit is left out
    lead = Client()
    lead.force_login(crew.staff["王主管"].user)
    assert lead.get("/orders/visits").context["wanted"] == team.code  # one's own, without asking
    assert page.post("/orders/visits?team=all&day=2026-11-05", {"team": team.code, "line": lines}).status_code == 302
    booked = PlannedVisit.objects.get(order=orders[1])
    assert instant(10) <= booked.arrive_at < instant(12)
    for line in PlannedVisit.objects.select_related("order", "staff"):
        assert line.order.assignee == line.staff

    actions.withdraw(actor=crew.actor("王主管"), at=crew.noon, order_id=orders[0].pk, reason="不用了")
    assert page.post(address, {"line": lines}).status_code == 409
    with pytest.raises(PlanStale):
        actions.accept_plan(
            actor=crew.actor("经理"), at=crew.noon, team=team, on=TOMORROW,
            lines=[Planned(orders[0].pk, crew.staff["张强"].pk, 1, instant(9))],
        )  # fmt: skip
