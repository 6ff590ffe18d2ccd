"""Sent to who can help, warm, and asked afterwards."""

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.defaults import ROWS
from zhongshu.cases.errors import AlreadySettled, IllegalCaseMove
from zhongshu.cases.kinds import CheckBack
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Referral, ReferralBody
from zhongshu.cases.queries.complaints import check_backs, directory
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State

LOCK = {"text": "钥匙锁在家里了，想开锁", "category": "out_of_scope", "team_kind": TeamKind.CUSTOMER_SERVICE}


def refer(town, case, code="legal_aid", *, at=None, role=Role.CALL_TAKER, **more):
    return cases.refer(actor=town.actor(role), at=at or town.at, case_id=case.pk, body_code=code, **more)


def check(town, referral, outcome, *, at, **more):
    return cases.check_back(actor=town.actor(Role.CALL_TAKER), at=at, referral_id=referral.pk, outcome=outcome, **more)


def test_the_directory_is_there_and_a_site_fills_in_its_own_numbers(town):
    codes = {body.code for body in directory(town.site)}
    assert len(ROWS) == len(codes) >= 30
    national = "110 119 120 122 12345 95598 12333 12348 12315 10000 10010 10086"
    assert {body.phone for body in directory(town.site)} >= set(national.split())
    given = {"code": "gas_company", "name": "禾塘燃气", "phone": "0571-1234567", "covers": "燃气"}
    for phone in ("0571-1234567", "0571-7654321"):
        cases.edit_body(actor=town.actor(Role.SERVICE_LEAD), at=town.at, site=town.site, **given | {"phone": phone})
    gas = [body for body in directory(town.site) if body.code == "gas_company"]
    assert [(body.name, body.phone) for body in gas] == [("禾塘燃气", "0571-7654321")]
    assert [body.name for body in directory(town.cast.yql) if body.code == "gas_company"] == ["燃气公司"]
    with pytest.raises(NotFound):
        cases.edit_body(actor=town.actor(Role.CALL_TAKER), at=town.at, site=town.site, **given)
    assert ReferralBody.objects.filter(site=town.site).count() == 1


def test_it_helped_and_the_case_ends_by_the_usual_rules(town, later):
    case = town.hear(**LOCK, urgency=Urgency.P2, follow_hazard=False)
    referral = refer(town, case, spoke_to="王警官", is_transferred=True)
    assert (referral.number_given, referral.check_back_due_at, referral.check_back_latest_at) == (
        "12348",
        later(hours=24),
        later(hours=48),
    )
    town.do_the_work(case)
    assert case.state == CaseState.OPEN  # nobody has asked back yet
    assert list(check_backs(town.actor(Role.CALL_TAKER), town.site.pk)) == [referral]
    check(town, referral, CheckBack.HELPED, at=later(hours=20), words="已经打开")
    case.refresh_from_db()
    assert case.state == CaseState.FOLLOW_UP
    with pytest.raises(AlreadySettled):
        check(town, referral, CheckBack.HELPED, at=later(hours=21))


def test_it_did_not_help_so_another_body_or_back_to_us(town, later):
    case = town.hear(**LOCK)
    first = refer(town, case)
    with pytest.raises(Invalid):
        check(town, first, CheckBack.NOT_HELPED, at=later(hours=5))
    first.refresh_from_db()
    assert first.settled_at is None
    check(town, first, CheckBack.NOT_HELPED, at=later(hours=5), then_body_code="police")
    second = Referral.objects.get(follows=first)
    check(town, second, CheckBack.NOT_HELPED, at=later(hours=10), back_to_us=True, words="没人来")
    orders = [order.order.state for order in case.case_orders.select_related("order")]
    assert orders == [State.DISPATCHED, State.DISPATCHED]


def test_who_forgets_to_ask_back_is_reminded_then_the_level_above_hears(town, later):
    case = town.hear(**LOCK)
    refer(town, case)
    assert [batch.tick(at=later(hours=hours))["check_backs"] for hours in (23, 25, 26)] == [0, 1, 0]
    assert [batch.tick(at=later(hours=hours))["late_check_backs"] for hours in (47, 49, 50)] == [0, 1, 0]
    told = Message.objects.filter(kind__startswith="check_back").order_by("pk")
    assert [(message.kind, message.recipient.name) for message in told] == [
        ("check_back", "call_taker"),
        ("check_back_late", "service_lead"),
    ]


def test_an_emergency_inside_stays_one(town):
    case = town.hear("三岁小孩一个人反锁在家里，灶上还开着火")
    urgency, order = case.urgency, town.order(case)
    assert urgency == Urgency.P1
    refer(town, case, "fire_brigade")
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.urgency, order.state, order.urgency) == (Urgency.P1, State.DISPATCHED, Urgency.P1)


def test_no_number_no_such_body_no_right_no_open_case(town, later):
    case = town.hear(**LOCK)
    for code in ("gas_company", "nobody"):
        with pytest.raises(Invalid):
            refer(town, case, code)
    with pytest.raises(NotFound):
        refer(town, case, role=Role.GUARD)
    work.withdraw(actor=town.cast.system, at=town.at, order_id=town.order(case).pk, reason="x")
    cases.withdraw_case(actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, reason="不用了")
    with pytest.raises(IllegalCaseMove):
        refer(town, case)
    assert not Referral.objects.exists()
