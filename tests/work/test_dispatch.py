"""To whom an order goes, and that it is never left with nobody in silence."""

from datetime import timedelta

import pytest

from tests.work.conftest import Crew
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.work import actions, batch
from zhongshu.work.errors import PlaceUnsuitable, StaffUnsuitable
from zhongshu.work.lifecycle import State
from zhongshu.work.models import DispatchDecision, WorkOrder


def test_an_order_goes_to_somebody_on_shift_who_can_do_it(crew: Crew) -> None:
    order = crew.order()

    assert order.number == "GD-YQL-20261104-0001"
    assert order.state == State.DISPATCHED
    assert order.assignee is not None
    assert order.assignee.user.name in {"张强", "李明"}  # not the electrician, not the lead without the skill
    assert crew.inbox(order.assignee.user.name) == ["order_assigned"]


def test_the_decision_stands_beside_the_order_with_every_candidate_and_reason(crew: Crew) -> None:
    order = crew.order()

    decision = order.decisions.get()
    assert decision.level == "candidate"
    assert decision.chosen == order.assignee
    assert {entry["name"] for entry in decision.ranking} == {"张强", "李明"}
    assert all(len(entry["reasons"]) == 5 for entry in decision.ranking)
    assert "2 人" in decision.summary


def test_opening_leaves_its_traces(crew: Crew) -> None:
    order = crew.order()

    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "work.open_order",
        "work.dispatch",
    ]
    assert [(m.verb, m.from_state, m.to_state) for m in order.moves.all()] == [("dispatch", "new", "dispatched")]
    event = OutboxEvent.objects.get(name="work.order_moved")
    assert event.payload["order_id"] == order.pk
    assert {clock.stage for clock in order.clocks.all()} == {"acknowledge", "arrive", "finish"}
    assert sum(clock.steps.count() for clock in order.clocks.all()) == 15


def test_who_is_nearest_goes(crew: Crew) -> None:
    crew.staff["李明"].last_place = crew.unit()
    crew.staff["李明"].save()
    crew.staff["张强"].last_place = crew.places["YQL.P1-4"]
    crew.staff["张强"].save()

    order = crew.order()
    assert order.assignee == crew.staff["李明"]
    assert "就在同一单元" in "".join(order.decisions.get().ranking[0]["reasons"])


def test_work_is_spread(crew: Crew) -> None:
    names = [crew.order().assignee.user.name for _ in range(6)]  # type: ignore[union-attr]
    assert sorted(names) == ["张强"] * 3 + ["李明"] * 3


def test_who_served_the_account_before_knows_it(crew: Crew) -> None:
    first = crew.order(assignee=crew.staff["李明"])
    WorkOrder.objects.filter(pk=first.pk).update(state="closed", ended_at=crew.noon, opened_at="2026-01-01T00:00Z")

    order = crew.order()
    assert order.assignee == crew.staff["李明"]
    assert "曾为这一户服务" in "".join(order.decisions.get().ranking[0]["reasons"])


def test_a_category_nobody_learned_goes_to_anybody_of_the_team(crew: Crew) -> None:
    order = crew.order(category="building_fabric")
    assert len(order.decisions.get().ranking) == 4


def test_nobody_on_shift_the_duty_officer_gets_it(crew: Crew) -> None:
    crew.off()
    crew.on("值班", Duty.DUTY_OFFICER)
    crew.on("消控", Duty.CONTROL_ROOM)

    order = crew.order()
    assert order.assignee == crew.staff["值班"]
    assert order.team == crew.team(TeamKind.ENGINEERING)  # it stays work for the engineers
    assert order.decisions.get().level == "duty_officer"


def test_no_duty_officer_either_the_control_room_gets_it(crew: Crew) -> None:
    crew.off()
    crew.on("消控", Duty.CONTROL_ROOM)

    order = crew.order()
    assert order.assignee == crew.staff["消控"]
    assert "消控中心" in order.decisions.get().summary


def test_else_the_site_manager(crew: Crew) -> None:
    crew.off()

    order = crew.order()
    assert order.assignee == crew.staff["经理"]
    assert order.decisions.get().level == "site_manager"


def test_the_skilled_one_who_is_off_shift_is_not_sent(crew: Crew) -> None:
    crew.off()
    crew.on("赵电")
    crew.on("值班", Duty.DUTY_OFFICER)

    assert crew.order().assignee == crew.staff["值班"]


@pytest.fixture
def deserted(crew: Crew) -> Crew:
    """Nobody on any roster, and the manager has left."""
    crew.off()
    crew.staff["经理"].left_on = crew.noon.date()
    crew.staff["经理"].save()
    return crew


def test_nobody_at_all_head_office_hears_and_the_next_tick_tries_again(deserted: Crew) -> None:
    boss = deserted.cast.user(Role.HEAD_OFFICE)
    admin = deserted.cast.user(Role.ADMINISTRATOR)
    elsewhere = deserted.cast.user(Role.HEAD_OFFICE, deserted.cast.xh)

    order = deserted.order()
    assert order.state == State.NEW
    told = Message.objects.filter(kind="order_undispatched").values_list("recipient", flat=True)
    assert set(told) == {boss.pk, admin.pk}
    assert elsewhere.pk not in told

    soon = deserted.noon + timedelta(seconds=10)
    assert batch.tick(at=soon)["orders_dispatched"] == 0
    assert Message.objects.filter(kind="order_undispatched").count() == 2  # once
    assert DispatchDecision.objects.filter(order=order).count() == 1

    deserted.on("张强")
    assert batch.tick(at=soon)["orders_dispatched"] == 1
    order.refresh_from_db()
    assert (order.state, order.assignee) == (State.DISPATCHED, deserted.staff["张强"])
    assert batch.tick(at=soon)["orders_dispatched"] == 0


def test_a_site_without_that_team_has_its_duty_officer(crew: Crew) -> None:
    xh = crew.cast.xh
    crew.hire("单枪", Role.SITE_MANAGER, None, site=xh)
    crew.on("单枪", Duty.DUTY_OFFICER)

    order = crew.order(site=xh, place=None)
    assert order.assignee == crew.staff["单枪"]
    assert order.team is None


def test_somebody_may_be_named(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["赵电"])
    assert order.assignee == crew.staff["赵电"]
    assert order.decisions.get().level == "by_hand"


def test_a_stranger_to_the_site_cannot_be_named(crew: Crew) -> None:
    crew.hire("外人", Role.TECHNICIAN, TeamKind.ENGINEERING, site=crew.cast.xh)

    with pytest.raises(StaffUnsuitable):
        crew.order(assignee=crew.staff["外人"])
    assert not WorkOrder.objects.exists()


def test_a_place_of_another_site_is_refused(crew: Crew) -> None:
    gate = crew.place("PUB-GATE-E", "gate", site=crew.cast.xh)

    with pytest.raises(PlaceUnsuitable):
        crew.order(place=gate)
    assert not WorkOrder.objects.exists()


def test_the_place_put_right_before_anybody_accepted_may_send_somebody_better(crew: Crew) -> None:
    crew.staff["李明"].last_place = crew.unit("P1-4-1-101")
    crew.staff["李明"].save()
    crew.staff["张强"].last_place = crew.unit()
    crew.staff["张强"].save()
    order = crew.order()
    assert order.assignee == crew.staff["张强"]

    actions.put_place(
        actor=crew.cast.system, at=crew.noon, order_id=order.pk, place=crew.unit("P1-4-1-101"), reason="业主更正"
    )
    order.refresh_from_db()
    assert order.place == crew.unit("P1-4-1-101")
    assert order.assignee == crew.staff["李明"]
    assert crew.inbox("张强") == ["order_assigned", "order_taken_away"]


def test_the_place_put_right_later_is_told_to_who_is_on_the_way(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    actions.accept(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)

    actions.put_place(
        actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, place=crew.unit("P1-4-1-101"), reason="走错了"
    )
    order.refresh_from_db()
    assert (order.assignee, order.state) == (crew.staff["张强"], State.ACCEPTED)
    assert crew.inbox("张强") == ["order_assigned", "order_changed"]
