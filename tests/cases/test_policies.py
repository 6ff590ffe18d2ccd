"""The rules of cases, told as tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhongshu.cases.kinds import CallReason
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.policies import (
    Obstacle,
    Outcome,
    Step,
    Suggestion,
    decide,
    hears_of_unhappiness,
    is_drawn,
    may_lapse,
    next_step,
    obstacle_to_closing,
    order_kind,
    outcome,
    placing,
    reason_to_call,
)
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.lifecycle import State

LEAK = Suggestion("plumbing", Urgency.P3, TeamKind.ENGINEERING, is_confident=True, is_hazard=False)
FIRE = Suggestion("fire_safety", Urgency.P1, TeamKind.SECURITY, is_confident=True, is_hazard=True)
MUMBLE = Suggestion("consult", Urgency.P4, TeamKind.CUSTOMER_SERVICE, is_confident=False, is_hazard=False)


@pytest.mark.parametrize(
    ("status", "places", "category", "code", "asks"),
    [
        ("unique", ["P2-3-2-1502"], "plumbing", "P2-3-2-1502", False),
        ("public_area", ["PUB-GATE-E"], "access_control", "PUB-GATE-E", False),
        ("from_history", ["P1-1-1-0101"], "plumbing", "P1-1-1-0101", False),
        ("from_history", [], "plumbing", None, True),
        ("from_history", ["P1-1-1-0101", "P1-1-1-0102"], "plumbing", None, True),
        ("ambiguous", ["P1-3-2-1502", "P2-3-2-1502"], "plumbing", None, True),
        ("ambiguous", [], "plumbing", None, True),
        ("ambiguous", [], "consult", None, False),
        ("ambiguous", [], "billing", None, False),
        ("ambiguous", ["P1-3-2-1502", "P2-3-2-1502"], "billing", None, True),
        ("conflict", ["P1-1-1-0101", "P1-1-1-0102"], "plumbing", None, True),
        ("invalid", [], "plumbing", None, True),
        ("nonexistent", [], "consult", None, True),
    ],
)
def test_a_place_is_taken_when_it_is_one_and_never_guessed(status, places, category, code, asks):
    found = placing(status, places, category=category)
    assert (found.code, found.needs_person) == (code, asks)


@pytest.mark.parametrize(
    ("suggested", "given_words", "expected"),
    [
        (LEAK, {}, ("plumbing", Urgency.P3, TeamKind.ENGINEERING, False)),
        (LEAK, {"urgency": Urgency.P2}, ("plumbing", Urgency.P2, TeamKind.ENGINEERING, False)),
        (LEAK, {"urgency": Urgency.P4}, ("plumbing", Urgency.P4, TeamKind.ENGINEERING, False)),
        (LEAK, {"category": "cleaning"}, ("cleaning", Urgency.P3, TeamKind.ENGINEERING, False)),
        (MUMBLE, {}, ("consult", Urgency.P4, TeamKind.CUSTOMER_SERVICE, True)),
        (MUMBLE, {"category": "parking"}, ("parking", Urgency.P4, TeamKind.CUSTOMER_SERVICE, False)),
        (MUMBLE, {"team_kind": TeamKind.SECURITY}, ("consult", Urgency.P4, TeamKind.SECURITY, True)),
        (FIRE, {"urgency": Urgency.P3}, ("fire_safety", Urgency.P1, TeamKind.SECURITY, False)),
        (FIRE, {"urgency": Urgency.P3, "follow_hazard": False}, ("fire_safety", Urgency.P3, TeamKind.SECURITY, False)),
    ],
)
def test_what_a_person_says_wins_but_a_hazard_is_not_lowered_in_silence(suggested, given_words, expected):
    words = {"category": None, "urgency": None, "team_kind": None, "follow_hazard": True} | given_words
    found = decide(suggested, **words)
    assert (found.category, found.urgency, found.team_kind, found.needs_person) == expected
    assert found.hazard_kept == (suggested is FIRE and "follow_hazard" not in given_words)


@pytest.mark.parametrize(
    ("category", "team", "urgency", "undecided", "kind"),
    [
        ("plumbing", TeamKind.ENGINEERING, Urgency.P3, False, OrderKind.REPAIR),
        ("plumbing", TeamKind.ENGINEERING, Urgency.P1, False, OrderKind.EMERGENCY),
        ("service_attitude", TeamKind.QUALITY, Urgency.P3, False, OrderKind.COMPLAINT),
        ("service_attitude", TeamKind.CUSTOMER_SERVICE, Urgency.P3, False, OrderKind.COMPLAINT),
        ("landscaping", TeamKind.ENVIRONMENT, Urgency.P3, False, OrderKind.LANDSCAPING),
        ("cleaning", TeamKind.ENVIRONMENT, Urgency.P3, False, OrderKind.CLEANING),
        ("parking", TeamKind.SECURITY, Urgency.P3, False, OrderKind.SECURITY),
        ("billing", TeamKind.FINANCE, Urgency.P4, False, OrderKind.ENQUIRY),
        ("consult", TeamKind.CUSTOMER_SERVICE, Urgency.P4, True, OrderKind.TASK),
        ("consult", TeamKind.CUSTOMER_SERVICE, Urgency.P1, True, OrderKind.EMERGENCY),
        ("consult", TeamKind.MANAGEMENT, Urgency.P3, False, OrderKind.TASK),
    ],
)
def test_a_matter_becomes_an_order_of_its_kind(category, team, urgency, undecided, kind):
    assert order_kind(category=category, team_kind=team, urgency=urgency, undecided=undecided) == kind


def test_every_team_has_a_kind_of_order():
    for team in TeamKind:
        assert order_kind(category="consult", team_kind=team, urgency=Urgency.P3)


def test_the_sample_is_about_as_large_as_its_share():
    numbers = [f"BS-YQL-20261104-{n:04d}" for n in range(1, 2001)]
    assert sum(is_drawn(number, 30) for number in numbers) == pytest.approx(600, abs=60)
    assert not any(is_drawn(number, 0) for number in numbers)
    assert all(is_drawn(number, 100) for number in numbers)


@given(st.text(min_size=1, max_size=40), st.integers(0, 99))
def test_a_larger_share_never_drops_a_case(number, percent):
    assert is_drawn(number, percent + 1) or not is_drawn(number, percent)


@pytest.mark.parametrize(
    ("percent", "kinds", "reopened", "reason"),
    [
        (0, {OrderKind.REPAIR}, 0, None),
        (100, {OrderKind.REPAIR}, 0, CallReason.ALWAYS),
        (0, {OrderKind.REPAIR, OrderKind.COMPLAINT}, 0, CallReason.COMPLAINT),
        (0, {OrderKind.REPAIR}, 1, CallReason.REOPENED),
        (99, {OrderKind.REPAIR}, 0, CallReason.SAMPLE),
    ],
)
def test_who_is_called_back_and_why(percent, kinds, reopened, reason):
    number = "BS-YQL-20261104-0001"
    assert reason_to_call(number=number, percent=percent, kinds=kinds, reopened_count=reopened) == reason


@pytest.mark.parametrize(
    ("state", "orders", "must_call", "step"),
    [
        (CaseState.OPEN, [State.ON_SITE], True, Step.NOTHING),
        (CaseState.OPEN, [State.DONE, State.ACCEPTED], True, Step.NOTHING),
        (CaseState.OPEN, [State.DONE], True, Step.CALL_BACK),
        (CaseState.OPEN, [State.DONE], False, Step.AWAIT_SIGNATURE),
        (CaseState.OPEN, [State.SIGNED_OFF], False, Step.AWAIT_SIGNATURE),
        (CaseState.OPEN, [State.CLOSED], False, Step.CLOSE),
        (CaseState.OPEN, [State.CLOSED], True, Step.CALL_BACK),
        (CaseState.OPEN, [State.CLOSED, State.WITHDRAWN], False, Step.CLOSE),
        (CaseState.OPEN, [State.WITHDRAWN], False, Step.TELL_OWNER),
        (CaseState.OPEN, [], True, Step.NOTHING),
        (CaseState.FOLLOW_UP, [State.DONE], True, Step.NOTHING),
        (CaseState.FOLLOW_UP, [State.REOPENED], True, Step.REOPEN),
        (CaseState.CLOSED, [State.DISPATCHED], False, Step.REOPEN),
        (CaseState.CLOSED, [State.CLOSED], True, Step.NOTHING),
        (CaseState.WITHDRAWN, [State.DISPATCHED], True, Step.NOTHING),
    ],
)
def test_the_case_follows_its_orders(state, orders, must_call, step):
    assert next_step(state, orders, must_call=must_call) == step


@pytest.mark.parametrize(
    ("category", "urgency", "kinds", "answers_more", "may"),
    [
        ("plumbing", Urgency.P3, {OrderKind.REPAIR}, False, True),
        ("consult", Urgency.P4, {OrderKind.ENQUIRY}, False, True),
        ("plumbing", Urgency.P2, {OrderKind.REPAIR}, False, False),
        ("plumbing", Urgency.P3, {OrderKind.REPAIR, OrderKind.COMPLAINT}, False, False),
        ("service_attitude", Urgency.P3, {OrderKind.TASK}, False, False),
        ("plumbing", Urgency.P3, {OrderKind.REPAIR}, True, False),
    ],
)
def test_silence_signs_small_matters_only(category, urgency, kinds, answers_more, may):
    assert may_lapse(category, urgency, kinds, answers_more=answers_more) == may


@pytest.mark.parametrize(
    ("answer", "score", "before", "result"),
    [
        (Answer.CONTENT, 5, 0, Outcome.CLOSE),
        (Answer.CONTENT, None, 0, Outcome.CLOSE),
        (Answer.CONTENT, 3, 0, Outcome.CLOSE),
        (Answer.CONTENT, 2, 0, Outcome.REOPEN),
        (Answer.NOT_CONTENT, None, 0, Outcome.REOPEN),
        (Answer.NOT_CONTENT, 4, 2, Outcome.REOPEN),
        (Answer.UNREACHABLE, None, 0, Outcome.TRY_AGAIN),
        (Answer.UNREACHABLE, None, 1, Outcome.TRY_AGAIN),
        (Answer.UNREACHABLE, None, 2, Outcome.CLOSE),
    ],
)
def test_what_an_answer_leads_to(answer, score, before, result):
    assert outcome(answer, score, tries_before=before) == result


@pytest.mark.parametrize(
    ("lead", "service", "managers", "hears"),
    [
        (7, [8], [9], (7,)),
        (1, [8], [9], (8,)),
        (None, [8, 10], [9], (8, 10)),
        (None, [1], [9], (9,)),
        (None, [], [], ()),
    ],
)
def test_the_next_level_above_the_owner_hears(lead, service, managers, hears):
    assert hears_of_unhappiness(1, team_lead_id=lead, service_leads=service, site_managers=managers) == hears


@pytest.mark.parametrize(
    ("signer", "call_due", "orders", "answer", "obstacle"),
    [
        (2, False, [State.DONE], None, None),
        (1, False, [State.DONE], None, Obstacle.OWN_CASE),
        (2, True, [State.DONE], Answer.NOT_CONTENT, Obstacle.CALL_DUE),
        (2, False, [State.ON_SITE], None, Obstacle.WORK_GOING_ON),
        (2, False, [State.ON_SITE], Answer.CONTENT, Obstacle.WORK_GOING_ON),
        (2, False, [State.DISPATCHED], Answer.NOT_CONTENT, None),
        (2, False, [], None, None),
        (None, False, [State.WITHDRAWN], None, None),
    ],
)
def test_what_stands_in_the_way_of_a_signature(signer, call_due, orders, answer, obstacle):
    found = obstacle_to_closing(signer_id=signer, owner_id=1, has_call_due=call_due, orders=orders, last_answer=answer)
    assert found == obstacle
