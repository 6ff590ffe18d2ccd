"""The life of an order, move by move: who may, when, and what it does."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.work.conftest import Crew
from zhongshu.identity.actions import reveal_phone
from zhongshu.identity.models import AuditEntry, PhoneReveal
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions
from zhongshu.work.errors import (
    AlreadyAssigned,
    IllegalMove,
    NobodyAvailable,
    NotYourOrder,
    ObjectionTooLate,
    OrderEnded,
    OrderNotFound,
    ReasonMissing,
    ResumeDayWrong,
    RightTeamMissing,
    StaffUnsuitable,
)
from zhongshu.work.lifecycle import State
from zhongshu.work.models import OrderMove, WorkOrder
from zhongshu.work.permissions import vouched
from zhongshu.work.queries import board, my_orders, orders_visible, possible_moves, timeline

MIN = timedelta(minutes=1)


@pytest.fixture
def order(crew: Crew) -> WorkOrder:
    return crew.order(assignee=crew.staff["张强"])


def state(order: WorkOrder) -> str:
    return WorkOrder.objects.get(pk=order.pk).state


def stopped(order: WorkOrder) -> dict[str, bool]:
    """Stage → whether its latest clock is stopped."""
    return {clock.stage: clock.stopped_at is not None for clock in order.clocks.order_by("pk")}


def walk(crew: Crew, order: WorkOrder, *verbs: str) -> None:
    """The assignee's moves, a minute apart."""
    for minute, verb in enumerate(verbs, start=1):
        getattr(actions, verb)(actor=crew.actor("张强"), at=crew.noon + minute * MIN, order_id=order.pk)


def test_from_dispatched_to_closed(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept", "travel", "arrive")
    assert stopped(order) == {"acknowledge": True, "arrive": True, "finish": False}
    actions.finish(actor=crew.actor("张强"), at=crew.noon + 9 * MIN, order_id=order.pk, note="换了角阀")
    assert stopped(order) == {"acknowledge": True, "arrive": True, "finish": True}
    manager = crew.cast.actor(Role.CALL_TAKER, crew.site)
    actions.sign_off(actor=manager, at=crew.noon + 10 * MIN, order_id=order.pk, note="业主满意")

    order.refresh_from_db()
    assert (order.state, order.ended_at) == (State.CLOSED, crew.noon + 10 * MIN)
    assert [line.what for line in timeline(order)] == ["派单", "接单", "出发", "到场", "完工", "验收", "关闭"]
    assert OrderMove.objects.filter(order=order, verb="finish").get().reason == "换了角阀"
    crew.staff["张强"].refresh_from_db()
    assert crew.staff["张强"].last_place == order.place  # arrivals tell where somebody is


def test_an_enquiry_is_answered_from_the_desk(crew: Crew) -> None:
    order = crew.order(kind="enquiry", urgency="P4", assignee=crew.staff["张强"])
    walk(crew, order, "accept", "finish")
    assert state(order) == State.DONE


def test_an_illegal_move_names_those_that_are_possible(crew: Crew, order: WorkOrder) -> None:
    with pytest.raises(IllegalMove) as refused:
        actions.arrive(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)

    assert refused.value.code == "illegal_move"
    assert "接单" in refused.value.message
    assert "退单" in refused.value.message
    assert state(order) == State.DISPATCHED
    assert order.moves.count() == 1


def test_the_same_move_twice_is_refused(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept")
    with pytest.raises(IllegalMove):
        walk(crew, order, "accept")
    assert order.moves.filter(verb="accept").count() == 1


def test_a_colleague_of_the_team_cannot_accept_it(crew: Crew, order: WorkOrder) -> None:
    with pytest.raises(NotYourOrder):
        actions.accept(actor=crew.actor("李明"), at=crew.noon, order_id=order.pk)
    assert state(order) == State.DISPATCHED


REFUSED = [
    ("accept", {}),
    ("hold", {"reason": "x", "resume_on": date(2026, 11, 9)}),
    ("reassign", {"reason": "x"}),
    ("withdraw", {"reason": "x"}),
    ("set_urgency", {"urgency": "P1", "reason": "x"}),
]


@pytest.mark.parametrize(("verb", "words"), REFUSED)
def test_what_a_stranger_cannot_do(crew: Crew, order: WorkOrder, verb: str, words: dict[str, Any]) -> None:
    """Somebody of another site, a guard of another team and a resident find no such order; nothing changes."""
    before = WorkOrder.objects.filter(pk=order.pk).values().get()
    traces = AuditEntry.objects.count()
    strangers = [
        crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh),
        crew.cast.actor(Role.GUARD, crew.site),
        crew.cast.actor(Role.RESIDENT, crew.site),
    ]
    for stranger in strangers:
        with pytest.raises(OrderNotFound):
            getattr(actions, verb)(actor=stranger, at=crew.noon, order_id=order.pk, **words)
    assert WorkOrder.objects.filter(pk=order.pk).values().get() == before
    assert AuditEntry.objects.count() == traces


def test_who_sees_what(crew: Crew, order: WorkOrder) -> None:
    def sees(role: Role, site: Any = None) -> bool:
        return orders_visible(crew.cast.actor(role, site)).exists()

    assert all(orders_visible(crew.actor(name)).exists() for name in ("张强", "李明", "王主管", "经理"))
    assert sees(Role.HEAD_OFFICE)
    assert sees(Role.KEEPER, crew.site)
    assert not sees(Role.CLEANER, crew.site)
    assert not sees(Role.CALL_TAKER, crew.cast.xh)
    assert not sees(Role.RESIDENT, crew.site)
    own = crew.order(actor=crew.cast.actor(Role.CLEANER, crew.site))
    assert list(orders_visible(crew.cast.actor(Role.CLEANER, crew.site))) == [own]


def test_objecting_in_time_with_the_right_team(crew: Crew, order: WorkOrder) -> None:
    actions.object_to(
        actor=crew.actor("张强"),
        at=crew.noon + 10 * MIN,
        order_id=order.pk,
        reason="不是水管",
        right_team_kind="security",
    )
    assert state(order) == State.OBJECTED
    assert stopped(order) == {"acknowledge": True, "arrive": False, "finish": False, "ruling": False}
    assert crew.inbox("王主管") == ["order_objected"]

    with pytest.raises(NotYourOrder):  # nobody rules on their own objection
        actions.overrule(actor=crew.actor("张强"), at=crew.noon + 11 * MIN, order_id=order.pk, reason="我说了算")
    with pytest.raises(NotYourOrder):  # nor does the call-taker
        actions.reassign(
            actor=crew.cast.actor(Role.CALL_TAKER, crew.site), at=crew.noon, order_id=order.pk, reason="换人"
        )

    actions.overrule(actor=crew.actor("王主管"), at=crew.noon + 12 * MIN, order_id=order.pk, reason="就是水管")
    assert state(order) == State.DISPATCHED
    assert stopped(order)["ruling"] is True
    restarted = order.clocks.get(stage="acknowledge", stopped_at__isnull=True)
    assert restarted.target_at == crew.noon + 27 * MIN
    assert crew.inbox("张强")[-1] == "order_overruled"


def test_a_second_objection_goes_to_the_next_above_and_that_is_the_end_of_it(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    his, lead, manager = crew.actor("张强"), crew.actor("王主管"), crew.actor("经理")
    no = {"order_id": order.pk, "reason": "是门禁", "right_team_kind": "security"}
    actions.object_to(actor=his, at=crew.noon + 10 * MIN, **no)
    actions.overrule(actor=lead, at=crew.noon + 20 * MIN, order_id=order.pk, reason="就是水管")

    with pytest.raises(ObjectionTooLate):  # fifteen minutes from the ruling, like from the dispatch
        actions.object_to(actor=his, at=crew.noon + 36 * MIN, **no)
    actions.object_to(actor=his, at=crew.noon + 30 * MIN, **no)
    assert crew.inbox("经理") == ["order_objected"]
    assert crew.inbox("王主管") == ["order_objected"]  # of the first time
    with pytest.raises(NotYourOrder):
        actions.overrule(actor=lead, at=crew.noon + 31 * MIN, order_id=order.pk, reason="还是水管")
    actions.overrule(actor=manager, at=crew.noon + 32 * MIN, order_id=order.pk, reason="先去看")
    with pytest.raises(ObjectionTooLate):
        actions.object_to(actor=his, at=crew.noon + 33 * MIN, **no)


def test_the_team_that_an_objection_names_gets_the_order(crew: Crew) -> None:
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    order = crew.order(assignee=crew.staff["张强"])
    actions.object_to(
        actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, reason="是门禁", right_team_kind="security"
    )
    moved = actions.reassign(actor=crew.actor("王主管"), at=crew.noon + MIN, order_id=order.pk, reason="说得对")
    assert (moved.assignee, moved.team) == (crew.staff["保安"], crew.team(TeamKind.SECURITY))


def test_the_supervisor_may_send_it_to_the_right_team_instead(crew: Crew, order: WorkOrder) -> None:
    crew.hire("保安", Role.GUARD, TeamKind.SECURITY)
    crew.on("保安")
    actions.object_to(
        actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, reason="是秩序问题", right_team_kind="security"
    )
    actions.reassign(
        actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk, reason="同意退单", team_kind="security"
    )

    order.refresh_from_db()
    assert (order.assignee, order.team) == (crew.staff["保安"], crew.team(TeamKind.SECURITY))
    assert order.decisions.last().level == "candidate"  # type: ignore[union-attr]


OBJECTIONS: list[tuple[dict[str, Any], int, type[Refusal]]] = [
    ({"reason": "", "right_team_kind": "security"}, 1, ReasonMissing),
    ({"reason": "不归我", "right_team_kind": ""}, 1, RightTeamMissing),
    ({"reason": "不归我", "right_team_kind": "engineering"}, 1, RightTeamMissing),
    ({"reason": "不归我", "right_team_kind": "security"}, 16, ObjectionTooLate),
]


@pytest.mark.parametrize(("words", "minute", "refusal"), OBJECTIONS)
def test_objections_that_are_none(
    crew: Crew, order: WorkOrder, words: dict[str, Any], minute: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        actions.object_to(actor=crew.actor("张强"), at=crew.noon + minute * MIN, order_id=order.pk, **words)
    assert state(order) == State.DISPATCHED


def test_a_hold_pauses_the_clocks_and_resuming_moves_them(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept", "arrive")
    finish = order.clocks.get(stage="finish")
    held_at, back_at = crew.noon + timedelta(hours=1), crew.noon + timedelta(hours=25)
    actions.hold(actor=crew.actor("张强"), at=held_at, order_id=order.pk, reason="等配件", resume_on=date(2026, 11, 5))
    assert order.clocks.get(stage="finish").paused_at == held_at
    assert not finish.steps.filter(cancelled_at__isnull=True).exists()

    actions.resume(actor=crew.actor("张强"), at=back_at, order_id=order.pk)
    later = order.clocks.get(stage="finish")
    assert later.target_at - finish.target_at == timedelta(hours=24)
    assert later.steps.get(percent=50).due_at == crew.noon + timedelta(hours=24 + 24)
    assert state(order) == State.ACCEPTED
    assert WorkOrder.objects.get(pk=order.pk).resume_on is None


@pytest.mark.parametrize("day", [None, date(2026, 11, 3), date(2026, 11, 4)])
def test_a_hold_needs_a_day_to_come(crew: Crew, order: WorkOrder, day: date | None) -> None:
    walk(crew, order, "accept")
    with pytest.raises(ResumeDayWrong):
        actions.hold(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, reason="等配件", resume_on=day)
    with pytest.raises(ReasonMissing):
        actions.hold(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, reason=" ", resume_on=date(2026, 11, 9))
    assert state(order) == State.ACCEPTED


def test_reassigning_starts_the_time_to_acknowledge_anew(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept", "arrive")
    at = crew.noon + timedelta(hours=1)
    actions.reassign(
        actor=crew.actor("王主管"), at=at, order_id=order.pk, reason="他扭伤了", staff_id=crew.staff["李明"].pk
    )
    order.refresh_from_db()
    assert (order.state, order.assignee, order.dispatched_at) == (State.DISPATCHED, crew.staff["李明"], at)
    assert order.clocks.get(stage="acknowledge", stopped_at__isnull=True).target_at == at + 15 * MIN
    assert order.clocks.filter(stage="arrive").count() == 1  # we were there once; the customer's clock is kept
    assert crew.inbox("李明") == ["order_assigned"]
    assert crew.inbox("张强") == ["order_assigned", "order_taken_away"]


def test_reassigned_while_on_hold_the_clocks_run_on(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept")
    lead = crew.actor("王主管")
    actions.hold(actor=lead, at=crew.noon + MIN, order_id=order.pk, reason="等人", resume_on=date(2026, 11, 9))
    actions.reassign(actor=lead, at=crew.noon + 61 * MIN, order_id=order.pk, reason="来人了")

    assert not order.clocks.filter(paused_at__isnull=False).exists()
    assert order.clocks.get(stage="finish").target_at == crew.noon + timedelta(hours=49)
    assert WorkOrder.objects.get(pk=order.pk).resume_on is None


def test_reassigning_to_nobody_better(crew: Crew, order: WorkOrder) -> None:
    lead = crew.actor("王主管")
    with pytest.raises(AlreadyAssigned):
        actions.reassign(actor=lead, at=crew.noon, order_id=order.pk, reason="x", staff_id=crew.staff["张强"].pk)
    with pytest.raises(ReasonMissing):
        actions.reassign(actor=lead, at=crew.noon, order_id=order.pk, reason="", staff_id=crew.staff["李明"].pk)
    with pytest.raises(StaffUnsuitable):
        actions.reassign(actor=lead, at=crew.noon, order_id=order.pk, reason="x", staff_id=999_999)
    crew.off()
    crew.staff["经理"].left_on = crew.noon.date()
    crew.staff["经理"].save()
    with pytest.raises(NobodyAvailable):
        actions.reassign(actor=lead, at=crew.noon, order_id=order.pk, reason="x")
    order.refresh_from_db()
    assert (order.state, order.assignee) == (State.DISPATCHED, crew.staff["张强"])


def test_of_several_the_one_that_cannot_be_given_is_named(crew: Crew, order: WorkOrder) -> None:
    ended = crew.order()
    actions.withdraw(actor=crew.cast.system, at=crew.noon, order_id=ended.pk, reason="重复")
    both = {"order_ids": [order.pk, ended.pk], "reason": "换班", "staff_id": crew.staff["赵电"].pk}
    with pytest.raises(IllegalMove, match=ended.number):
        actions.reassign_several(actor=crew.cast.system, at=crew.noon, **both)


def test_several_at_once_or_none(crew: Crew, order: WorkOrder) -> None:
    other = crew.order(assignee=crew.staff["李明"])
    everything = {"actor": crew.actor("王主管"), "at": crew.noon, "reason": "下班", "order_ids": [order.pk, other.pk]}

    with pytest.raises(AlreadyAssigned):  # the second is with Li Ming already
        actions.reassign_several(**everything, staff_id=crew.staff["李明"].pk)
    order.refresh_from_db()
    assert order.assignee == crew.staff["张强"]

    actions.reassign_several(**everything, staff_id=crew.staff["赵电"].pk)
    assert set(WorkOrder.objects.values_list("assignee__user__name", flat=True)) == {"赵电"}


def test_withdrawing_stops_everything(crew: Crew, order: WorkOrder) -> None:
    actions.withdraw(actor=crew.actor("王主管"), at=crew.noon + MIN, order_id=order.pk, reason="业主自行解决")
    assert set(stopped(order).values()) == {True}
    assert crew.inbox("张强") == ["order_assigned", "order_withdrawn"]
    with pytest.raises(OrderEnded):
        actions.put_place(
            actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk, place=crew.unit("P1-4-1-101"), reason="x"
        )


def test_reopening_is_a_new_round(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept", "arrive", "finish")
    owner = crew.cast.actor(Role.CALL_TAKER, crew.site)
    actions.sign_off(actor=owner, at=crew.noon + 5 * MIN, order_id=order.pk)
    again = crew.noon + timedelta(days=2)
    actions.reopen(actor=owner, at=again, order_id=order.pk, reason="又漏了")

    order.refresh_from_db()
    assert order.ended_at is None
    running = order.clocks.filter(stopped_at__isnull=True)
    assert {clock.stage for clock in running} == {"acknowledge", "arrive", "finish"}
    assert running.get(stage="arrive").target_at == again + timedelta(hours=4)
    assert [m.verb for m in order.moves.all()][-2:] == ["reopen", "dispatch"]
    assert order.assignee == crew.staff["经理"]  # two days later nobody else is on the roster


def test_a_complaint_is_closed_in_three_days(crew: Crew) -> None:
    order = crew.order(kind="complaint", assignee=crew.staff["张强"])
    walk(crew, order, "accept", "finish")
    assert stopped(order) == {"acknowledge": True, "finish": True, "close": False}
    actions.sign_off(actor=crew.actor("王主管"), at=crew.noon + 9 * MIN, order_id=order.pk)
    assert stopped(order)["close"] is True


def test_raising_the_urgency_gives_new_targets_from_now(crew: Crew) -> None:
    order = crew.order(urgency="P4", assignee=crew.staff["张强"])
    assert "arrive" not in stopped(order)
    at = crew.noon + timedelta(hours=1)
    actions.set_urgency(actor=crew.actor("王主管"), at=at, order_id=order.pk, urgency="P1", reason="水漫到楼下")

    running = {clock.stage: clock.target_at - at for clock in order.clocks.filter(stopped_at__isnull=True)}
    assert running == {
        "acknowledge": timedelta(minutes=1),
        "arrive": timedelta(minutes=15),
        "finish": timedelta(hours=2),
    }
    assert crew.inbox("张强")[-1] == "order_changed"
    assert timeline(order)[-1].reason == "水漫到楼下"


def test_a_changed_urgency_on_hold_stays_paused(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept")
    lead = crew.actor("王主管")
    actions.hold(actor=lead, at=crew.noon + MIN, order_id=order.pk, reason="等人", resume_on=date(2026, 11, 9))
    actions.set_urgency(actor=lead, at=crew.noon + 2 * MIN, order_id=order.pk, urgency="P2", reason="业主着急")
    assert all(clock.paused_at for clock in order.clocks.filter(stopped_at__isnull=True))


def test_an_unknown_urgency_is_refused(crew: Crew, order: WorkOrder) -> None:
    with pytest.raises(Refusal):
        actions.set_urgency(actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk, urgency="P9", reason="x")


def test_the_owner_of_the_case_signs_off_by_the_right_of_the_case(crew: Crew, order: WorkOrder) -> None:
    walk(crew, order, "accept", "arrive", "finish")
    cleaner = crew.cast.actor(Role.CLEANER, crew.site)
    with pytest.raises(OrderNotFound):
        actions.sign_off(actor=cleaner, at=crew.noon, order_id=order.pk)

    actions.sign_off(actor=vouched(cleaner), at=crew.noon + 9 * MIN, order_id=order.pk)
    assert order.moves.get(verb="sign_off").by_id == cleaner.user_id


def test_what_is_offered_is_what_is_allowed(crew: Crew, order: WorkOrder) -> None:
    def offered(name: str) -> set[str]:
        return {verb.value for verb in possible_moves(crew.actor(name), order)}

    assert offered("张强") == {"accept", "object"}
    assert offered("李明") == set()
    assert offered("王主管") == {"reassign", "withdraw"}


def test_my_orders_and_the_board(crew: Crew, order: WorkOrder) -> None:
    urgent = crew.order(urgency="P1", assignee=crew.staff["张强"])
    assert list(my_orders(crew.actor("张强"))) == [urgent, order]
    assert not my_orders(crew.actor("李明")).exists()

    lanes = board(crew.site.pk, crew.noon + 5 * MIN)
    engineers = next(lane for lane in lanes if lane.team == crew.team(TeamKind.ENGINEERING))
    assert [entry.order for entry in engineers.orders] == [urgent, order]
    assert [entry.colour for entry in engineers.orders] == ["red", "green"]
    assert (engineers.late, engineers.waiting) == (1, 2)


def test_an_order_without_anybody_is_red_on_the_board(crew: Crew) -> None:
    crew.off()
    crew.staff["经理"].left_on = crew.noon.date()
    crew.staff["经理"].save()
    crew.order()
    lane = next(lane for lane in board(crew.site.pk, crew.noon) if lane.orders)
    assert lane.orders[0].colour == "red"


def test_the_contacts_number_is_for_whoever_sees_the_order(crew: Crew) -> None:
    """A technician of another team knows the order's id, and learns nothing by it; the look that succeeds is noted."""
    order = crew.order(assignee=crew.staff["张强"], contact_phone="15400010001")
    crew.hire("小区保安", Role.GUARD, TeamKind.SECURITY)
    wanted = {"at": crew.noon, "target_type": "work.workorder", "target_id": str(order.pk), "reason": "回电"}
    assert reveal_phone(actor=crew.actor("张强"), **wanted) == "15400010001"
    with pytest.raises(NotFound):
        reveal_phone(actor=crew.actor("小区保安"), **wanted)
    assert PhoneReveal.objects.get().user_id == crew.staff["张强"].user_id
