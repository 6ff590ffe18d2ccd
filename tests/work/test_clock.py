"""Clocks and escalation: every clock is answered, every step fires once, whenever the tick comes by."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.work.conftest import Crew
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.outbox import delivered_in_process
from zhongshu.messaging.models import Message
from zhongshu.work import actions, batch
from zhongshu.work.errors import IllegalMove, NobodyAvailable, ObjectionTooLate, TargetsMissing
from zhongshu.work.lifecycle import ENDED, MOVES, State, Verb, target
from zhongshu.work.models import EscalationStep, OrderMove, SlaClock, SlaPolicy, WorkOrder
from zhongshu.work.queries import follow_up_rule

MIN = timedelta(minutes=1)
DAYS = timedelta(days=40)
QUICK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def fired(order: WorkOrder) -> set[tuple[str, int]]:
    steps = EscalationStep.objects.filter(clock__order=order, fired_at__isnull=False)
    return set(steps.values_list("clock__stage", "percent"))


def told(order: WorkOrder) -> dict[tuple[str, int], list[int]]:
    steps = EscalationStep.objects.filter(clock__order=order, fired_at__isnull=False)
    return {(s.clock.stage, s.percent): s.told for s in steps.select_related("clock")}


def test_who_sleeps_is_woken_and_then_those_above_him_are(crew: Crew) -> None:
    quality = crew.cast.user(Role.QUALITY)
    boss = crew.cast.user(Role.HEAD_OFFICE)
    order = crew.order(urgency="P2", assignee=crew.staff["张强"])  # to be accepted in five minutes

    assert batch.tick(at=crew.noon + 2 * MIN)["steps_fired"] == 0
    assert batch.tick(at=crew.noon + 2.5 * MIN)["steps_fired"] == 1
    assert batch.tick(at=crew.noon + 4 * MIN)["steps_fired"] == 1
    assert batch.tick(at=crew.noon + 10 * MIN)["steps_fired"] == 3

    names = ("张强", "王主管", "经理")
    assert told(order) == {
        **{("acknowledge", p): [crew.staff[n].user_id] for p, n in zip((50, 80, 100), names, strict=True)},
        ("acknowledge", 150): [quality.pk],
        ("acknowledge", 200): [boss.pk],
    }
    assert crew.inbox("王主管") == ["escalation"]


def test_what_was_missed_while_down_fires_once_in_order(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])

    weeks_later = crew.noon + timedelta(weeks=3)
    assert batch.tick(at=weeks_later)["steps_fired"] == 15
    assert batch.tick(at=weeks_later)["steps_fired"] == 0
    assert len(fired(order)) == 15
    sent = Message.objects.filter(kind="escalation").order_by("pk")
    assert len(sent) == 15


def test_a_step_that_was_due_before_the_clock_stopped_still_fires(crew: Crew) -> None:
    """The machine was down from noon to one; he accepted at 12:13, after 80 % of his quarter of an hour."""
    order = crew.order(assignee=crew.staff["张强"])
    actions.accept(actor=crew.actor("张强"), at=crew.noon + 13 * MIN, order_id=order.pk)

    batch.tick(at=crew.noon + 60 * MIN)
    assert fired(order) == {("acknowledge", 50), ("acknowledge", 80)}


def test_an_escalation_past_an_empty_rung_goes_higher(crew: Crew) -> None:
    """No quality department, no head office: the administrator hears it at the end."""
    admin = crew.cast.user(Role.ADMINISTRATOR)
    order = crew.order(urgency="P1", assignee=crew.staff["王主管"])
    batch.tick(at=crew.noon + 2 * MIN)

    manager = crew.staff["经理"].user_id
    heard = told(order)
    assert heard[("acknowledge", 80)] == [manager]  # the lead has it himself
    assert heard[("acknowledge", 150)] == heard[("acknowledge", 200)] == [admin.pk]


def test_a_hold_ends_by_itself_on_its_day(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    actions.accept(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)
    day = day_of(crew.noon + timedelta(days=5))
    actions.hold(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk, reason="等配件", resume_on=day)

    assert batch.tick(at=batch.resumes_at(day) - MIN)["holds_resumed"] == 0
    late = batch.resumes_at(day) + timedelta(hours=3)
    assert batch.tick(at=late)["holds_resumed"] == 1
    resumed = OrderMove.objects.get(order=order, verb="resume")
    assert (resumed.at, resumed.by_name) == (batch.resumes_at(day), "系统")  # as of when it was due
    assert "order_changed" in crew.inbox("张强")
    assert batch.tick(at=late)["holds_resumed"] == 0


def test_a_site_may_have_its_own_targets(crew: Crew) -> None:
    SlaPolicy.objects.create(
        site=crew.site, urgency="P3", acknowledge_minutes=7, follow_up_percent=50, starts_on=day_of(crew.noon)
    )
    order = crew.order()
    assert {c.stage: c.target_at - crew.noon for c in order.clocks.all()} == {"acknowledge": 7 * MIN}
    assert follow_up_rule(crew.site.pk, "repair", "P3", day_of(crew.noon)).percent == 50
    assert follow_up_rule(crew.cast.xh.pk, "repair", "P3", day_of(crew.noon)).percent == 30
    assert follow_up_rule(crew.site.pk, "complaint", "P3", day_of(crew.noon)).percent == 50


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with delivered_in_process(), transaction.atomic():
        yield
        transaction.set_rollback(True)


VERBS: dict[str, Callable[[Crew, dict[str, Any]], Any]] = {
    "accept": lambda crew, to: actions.accept(**to),
    "object_to": lambda crew, to: actions.object_to(**to, reason="不归我", right_team_kind="security"),
    "overrule": lambda crew, to: actions.overrule(**to, reason="归你"),
    "travel": lambda crew, to: actions.travel(**to),
    "arrive": lambda crew, to: actions.arrive(**to),
    "finish": lambda crew, to: actions.finish(**to),
    "sign_off": lambda crew, to: actions.sign_off(**to),
    "close": lambda crew, to: actions.close(**to),
    "hold": lambda crew, to: actions.hold(**to, reason="等", resume_on=day_of(to["at"]) + timedelta(days=2)),
    "resume": lambda crew, to: actions.resume(**to),
    "reassign": lambda crew, to: actions.reassign(**to, reason="换人"),
    "withdraw": lambda crew, to: actions.withdraw(**to, reason="不用了"),
    "reopen": lambda crew, to: actions.reopen(**to, reason="没修好"),
}
story = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(1, 600)), max_size=14)


def live(crew: Crew, order: WorkOrder, verbs: list[tuple[str, int]]) -> Iterator[datetime]:
    """Try the verbs one after the other, so many minutes apart; what the table refuses changes nothing."""
    at = crew.noon
    for verb, minutes in verbs:
        at += minutes * MIN
        before = WorkOrder.objects.filter(pk=order.pk).values().get()
        try:
            with transaction.atomic():
                VERBS[verb](crew, {"actor": crew.cast.system, "at": at, "order_id": order.pk})
        except (IllegalMove, NobodyAvailable, ObjectionTooLate):
            assert WorkOrder.objects.filter(pk=order.pk).values().get() == before
        yield at


@QUICK
@given(verbs=story)
def test_no_sequence_of_verbs_leaves_the_table_or_a_clock_unanswered(crew: Crew, verbs: list[tuple[str, int]]) -> None:
    with undone():
        order = crew.order(kind="complaint", assignee=crew.staff["张强"])
        for _at in live(crew, order, verbs):
            _check_moves(order)
            _check_clocks(WorkOrder.objects.get(pk=order.pk))


def _check_moves(order: WorkOrder) -> None:
    state = State.NEW
    for move in order.moves.all():
        assert state == move.from_state
        assert target(Verb(move.verb), State(move.from_state)) == move.to_state
        state = State(move.to_state)
    assert WorkOrder.objects.get(pk=order.pk).state == state


def _check_clocks(order: WorkOrder) -> None:
    running = {clock.stage: clock for clock in order.clocks.filter(stopped_at__isnull=True)}
    state = State(order.state)
    assert ("acknowledge" in running) == (state in {State.NEW, State.REOPENED, State.DISPATCHED})
    assert ("ruling" in running) == (state == State.OBJECTED)
    assert ("finish" in running) == (state not in ENDED | {State.DONE, State.SIGNED_OFF})
    assert ("close" in running) == (state not in ENDED)
    for clock in running.values():
        assert (clock.paused_at is not None) == (state == State.ON_HOLD)
    for clock in order.clocks.filter(stopped_at__isnull=False):
        late = clock.steps.filter(cancelled_at__isnull=True, due_at__gt=clock.stopped_at)
        assert not late.exists()  # a stopped clock has nothing more to say


@QUICK
@given(verbs=story, ticks=st.lists(st.integers(0, 60 * 24 * 3), max_size=8))
def test_the_same_steps_fire_whenever_the_tick_comes_by(
    crew: Crew, verbs: list[tuple[str, int]], ticks: list[int]
) -> None:
    # Only people resume holds here: a tick that comes too late would meet another state of the order.
    rest = [("accept", 1), ("hold", 1), ("resume", 90)]
    verbs = [(verb, minutes) for verb, minutes in verbs if verb != "hold"] + rest
    with undone():
        seldom = crew.order(assignee=crew.staff["张强"])
        end = max([crew.noon, *live(crew, seldom, verbs)]) + DAYS
        batch.tick(at=end)
        expected = _by_round(seldom)
    with undone():
        often = crew.order(assignee=crew.staff["张强"])
        due = sorted(crew.noon + minute * MIN for minute in ticks)
        for at in live(crew, often, verbs):
            while due and due[0] <= at:
                batch.tick(at=due.pop(0))
        batch.tick(at=end)
        assert _by_round(often) == expected


def _by_round(order: WorkOrder) -> list[tuple[str, int, bool]]:
    """Every step with whether it fired, clock by clock."""
    steps = EscalationStep.objects.filter(clock__order=order).order_by("clock", "percent")
    return [(step.clock.stage, step.percent, step.fired_at is not None) for step in steps.select_related("clock")]


def test_the_table_has_no_move_out_of_being_withdrawn() -> None:
    assert not [verb for verb, moves in MOVES.items() if State.WITHDRAWN in moves]


def test_without_targets_no_order_is_opened_in_silence(crew: Crew) -> None:
    SlaPolicy.objects.all().delete()
    with pytest.raises(TargetsMissing), transaction.atomic():
        crew.order()
    assert not WorkOrder.objects.exists()
    assert not SlaClock.objects.exists()
