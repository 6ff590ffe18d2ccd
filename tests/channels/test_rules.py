"""The rules of the channels, beside tables of worked examples."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.channels.kinds import (
    ALARM_MATTERS,
    HAZARDS,
    AlarmKind,
    AlarmSeverity,
    CallEvent,
    CallState,
    HotlineKind,
    HotlineStage,
    HotlineState,
    Rung,
)
from zhongshu.channels.policies.alarms import becomes_case, belongs, is_worth_a_line, urgency_of
from zhongshu.channels.policies.calls import Told, facts_of, number_of, state_of
from zhongshu.channels.policies.hotline import MOVES, PERCENTS, alert_at, deadlines, working_minutes
from zhongshu.channels.policies.limits import STANDARD
from zhongshu.channels.policies.load import Contact, load_from
from zhongshu.channels.policies.rollover import Ringable, roll_over
from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.work.kinds import Urgency

NOON = datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)

STATES = [
    ("ringing@801", CallState.RINGING),
    ("ringing@801 answered@801", CallState.ANSWERED),
    ("ringing@801 answered@801 ended", CallState.ENDED),
    ("ringing@801 missed@801", CallState.MISSED),
    ("ringing@801 missed@801 ringing@802", CallState.RINGING),
    ("ringing@801 missed@801 ringing@802 answered@802 ended", CallState.ENDED),
    ("ringing@801 ended", CallState.MISSED),
    ("engaged", CallState.ENGAGED),
    ("engaged ended", CallState.ENGAGED),
    ("engaged@801 ringing@802", CallState.RINGING),
    ("engaged@801 ringing@802 answered@802", CallState.ANSWERED),
    ("missed", CallState.MISSED),
    ("answered@801", CallState.ANSWERED),
    ("recording", CallState.ENDED),
    ("recording answered@801", CallState.ANSWERED),
]


def story(words: str) -> list[Told]:
    """`ringing@801 ended`: one event a second."""
    told = []
    for nth, word in enumerate(words.split()):
        event, _at, extension = word.partition("@")
        told.append(Told(CallEvent(event), extension, NOON + timedelta(seconds=nth)))
    return told


@pytest.mark.parametrize(("words", "state"), STATES)
def test_what_became_of_a_call(words: str, state: CallState) -> None:
    assert state_of(story(words)) == state


@given(st.sampled_from(STATES), st.randoms(use_true_random=False))
def test_the_order_in_which_it_was_told_makes_no_difference(example: tuple[str, CallState], dice) -> None:
    told = story(example[0])
    shuffled = [*told, *told[:1]]
    dice.shuffle(shuffled)
    assert facts_of(shuffled) == facts_of(told)


def test_the_desk_of_a_call_is_where_it_was_answered_else_where_it_rang_last() -> None:
    assert facts_of(story("ringing@801 missed@801 ringing@802")).extension == "802"
    assert facts_of(story("ringing@801 answered@801 ringing@802")).extension == "801"
    assert facts_of(story("engaged")).extension == ""


def person(staff_id: int, role: Role, *, team: str = "", duties: Sequence[Duty] = (Duty.SHIFT,), **more) -> Ringable:
    return Ringable(
        staff_id=staff_id, name=str(staff_id), line=f"80{staff_id}", roles=frozenset({role}), team=team,
        duties=frozenset(duties), **more,
    )  # fmt: skip


TAKER = person(1, Role.CALL_TAKER, team=TeamKind.CUSTOMER_SERVICE)
SECOND = person(2, Role.CALL_TAKER, team=TeamKind.CUSTOMER_SERVICE, calls=3)
GUARD = person(3, Role.GUARD, team=TeamKind.SECURITY)
PLUMBER = person(4, Role.TECHNICIAN, team=TeamKind.ENGINEERING)
KEEPER = person(5, Role.KEEPER, team=TeamKind.CUSTOMER_SERVICE)
OFFICER = person(6, Role.SERVICE_LEAD, duties=[Duty.DUTY_OFFICER])
CONTROL = person(7, Role.GUARD, duties=[Duty.CONTROL_ROOM])
MANAGER = person(8, Role.SITE_MANAGER, duties=[])
EVERYBODY = [MANAGER, CONTROL, OFFICER, KEEPER, PLUMBER, GUARD, SECOND, TAKER]


@pytest.mark.parametrize(
    ("model", "more", "rung"),
    [
        (OperatingModel.CENTRE, {}, [1, 2, 6, 7, 8]),
        (OperatingModel.LEAN, {}, [3, 5, 6, 7, 8]),
        (OperatingModel.LEAN, {"team": TeamKind.ENGINEERING}, [4, 5, 6, 7, 8]),
        (OperatingModel.SMALL, {}, [1, 3, 4, 5, 6, 7, 2, 8]),
        (OperatingModel.CENTRE, {"passed": ["801", "802"]}, [6, 7, 8]),
    ],
)
def test_who_rings_next_differs_by_operating_model(model: str, more: dict, rung: list[int]) -> None:
    assert [ring.staff_id for ring in roll_over(model, EVERYBODY, **more)] == rung


def test_the_busy_and_the_relieved_are_rung_for_nobody() -> None:
    from dataclasses import replace

    people = [replace(TAKER, is_busy=True), replace(SECOND, is_resting=True), MANAGER]
    assert [ring.staff_id for ring in roll_over("centre", people)] == [8]
    assert roll_over("centre", [replace(MANAGER, line="")]) == ()


def test_an_angry_caller_goes_to_somebody_else_while_relief_is_due() -> None:
    from dataclasses import replace

    tired = replace(TAKER, is_strained=True)
    assert [ring.staff_id for ring in roll_over("centre", [tired, SECOND], is_angry=True)] == [2]
    assert [ring.staff_id for ring in roll_over("centre", [tired, SECOND])] == [1, 2]
    # Nobody else at all: the telephone does not ring for nobody.
    assert [ring.rung for ring in roll_over("small", [tired], is_angry=True)] == [Rung.PEOPLE_ON_SHIFT]


def contacts(words: str) -> list[Contact]:
    """`a10 q a!5`: angry for ten minutes, a quiet call, angry and abusive for five; a minute apart."""
    found = []
    for nth, word in enumerate(words.split()):
        minutes = int(word.strip("aq!") or 0)
        found.append(Contact(NOON + timedelta(minutes=nth), word[0] == "a", minutes, "!" in word))
    return found


@pytest.mark.parametrize(
    ("words", "minutes", "in_a_row", "too_much"),
    [
        ("", 0, 0, False),
        ("a20 q a20", 40, 1, False),
        ("a20 q a25", 45, 1, True),
        ("a5 a5 a5", 15, 3, True),
        ("a5 a5 q a5", 15, 1, False),
        ("a5 a!5 q", 10, 0, False),
    ],
)
def test_too_much_is_forty_five_minutes_or_three_in_a_row(words, minutes, in_a_row, too_much) -> None:
    load = load_from(contacts(words), since=NOON)
    assert (load.minutes, load.in_a_row, load.is_too_much(STANDARD)) == (minutes, in_a_row, too_much)
    assert load.abusive == words.count("!")


def test_what_was_before_the_last_relief_counts_no_more() -> None:
    assert load_from(contacts("a40 a40 a1"), since=NOON + timedelta(minutes=2)).minutes == 1


def test_every_alarm_has_a_matter_and_a_hazard_is_urgent_at_once() -> None:
    assert set(ALARM_MATTERS) == set(AlarmKind)
    assert {urgency_of(kind, AlarmSeverity.INFO) for kind in HAZARDS} == {Urgency.P1}
    assert [urgency_of(AlarmKind.PUMP_FAULT, severity) for severity in AlarmSeverity] == ["P4", "P3", "P2"]
    assert becomes_case(AlarmKind.SMOKE, AlarmSeverity.INFO)
    assert not becomes_case(AlarmKind.OFFLINE, AlarmSeverity.INFO)


def test_alarms_within_the_window_belong_together_whichever_came_first() -> None:
    later = NOON + timedelta(minutes=30)
    assert belongs(NOON, later, window_minutes=30)
    assert belongs(later, NOON, window_minutes=30)
    assert not belongs(NOON, later + timedelta(seconds=1), window_minutes=30)
    assert [times for times in range(1, 200) if is_worth_a_line(times)] == [2, 10, 100]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SITE_ZONE)


def test_the_hotlines_clock_counts_office_hours_and_working_days() -> None:
    """Friday 2026-11-06 at 17:00."""
    due = deadlines(kind=HotlineKind.COMPLAINT, started_at=at(6, 17), reply_due_at=None, limits=STANDARD)
    assert (due.sign_at, due.contact_at, due.reply_at) == (at(9, 10), at(7, 17), at(13, 18))
    assert working_minutes(at(6, 17), at(9, 10)) == 120
    assert [alert_at(HotlineStage.SIGN, p, started_at=at(6, 17), due_at=at(9, 10)) for p in PERCENTS] == [
        at(6, 18), at(9, 9, 36), at(9, 10),
    ]  # fmt: skip
    assert alert_at(HotlineStage.CONTACT, 50, started_at=at(6, 17), due_at=at(7, 17)) == at(7, 5)
    told = deadlines(kind=HotlineKind.HELP, started_at=at(6, 17), reply_due_at=at(9, 12), limits=STANDARD)
    assert told.reply_at == at(9, 12)
    assert alert_at(HotlineStage.REPLY, 50, started_at=at(9, 13), due_at=at(9, 12)) == at(9, 12)


@given(st.integers(0, 480_000), st.integers(1, 20_000))
def test_alerts_come_in_order_and_never_after_the_end(start: int, minutes: int) -> None:
    started_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=start)
    due_at = started_at + timedelta(minutes=minutes)
    for stage in HotlineStage:
        moments = [alert_at(stage, percent, started_at=started_at, due_at=due_at) for percent in PERCENTS]
        assert moments == sorted(moments)
        assert moments[-1] == due_at


def test_what_was_returned_never_comes_back() -> None:
    assert MOVES[HotlineState.RETURNED] == frozenset()
    assert set(MOVES) == set(HotlineState)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("+86 139 0000 1111", "13900001111"),
        ("013900001111", "13900001111"),
        ("0551-62345678", "055162345678"),
        ("anonymous", ""),
        ("95598", "95598"),
    ],
)
def test_a_callers_number_is_kept_as_customers_numbers_are(said: str, kept: str) -> None:
    assert number_of(said) == kept
