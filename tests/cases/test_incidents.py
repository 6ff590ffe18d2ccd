"""One outage for many: grouped, told, repaired once, everybody answered."""

from datetime import timedelta

import pytest

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.errors import AlreadyGrouped, IncidentOver, UnknownWord
from zhongshu.cases.lifecycle import CaseState, Channel, IncidentState
from zhongshu.cases.models import Case, Incident, IncidentAnswer, IncidentNotice
from zhongshu.cases.policies.incidents import Reported, alike, furthest
from zhongshu.cases.queries.incidents import proposals, running, touching
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import CustomerNotice, Message
from zhongshu.simulation.mishaps import at_once
from zhongshu.work import actions as work
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder

DARK = {"category": "electrical", "urgency": Urgency.P2, "follow_hazard": False}


def dark(town, room="1502", **more):
    return town.hear("家里停电了", place_text=f"二期3栋2单元{room}", **DARK | more)


def begin(town, *given, **more):
    words = {
        "title": "二期3栋2单元停电",
        "category": "electrical",
        "place_code": "P2-3-2",
        "notice": "已停电，正在抢修。",
    }
    return cases.open_incident(
        actor=town.actor(Role.CALL_TAKER),
        at=town.at,
        site=town.site,
        case_ids=[case.pk for case in given],
        **words | more,
    )


def reload(*rows):
    for row in rows:
        row.refresh_from_db()


def test_cases_alike_are_proposed_and_become_one_incident_with_one_repair(town, later):
    account = town.move_in("P2-3-2-1502")
    one, two = dark(town), dark(town, "1501", caller_phone="01088886666")
    (proposal,) = proposals(town.actor(Role.CALL_TAKER), town.site.pk, at=later(minutes=5))
    assert (proposal.place.code, {case.pk for case in proposal.cases}) == ("P2-3-2", {one.pk, two.pk})

    repair = town.order(one)
    work.accept(actor=town.cast.system, at=town.at, order_id=repair.pk)
    incident = begin(town, one, two)
    reload(one, two)
    assert (incident.order, one.incident, two.incident) == (repair, incident, incident)
    assert [order.state for order in WorkOrder.objects.order_by("pk")] == [State.ACCEPTED, State.WITHDRAWN]
    assert proposals(town.actor(Role.CALL_TAKER), town.site.pk, at=later(minutes=5)) == []
    notice = CustomerNotice.objects.get()
    assert (notice.customer, notice.body) == (account.customer, "已停电，正在抢修。")

    shown = running(town.site.pk, at=town.at)
    assert touching(shown, category="electrical", place=one.place, at=town.at) == [incident]
    assert touching(shown, category="plumbing", place=one.place, at=town.at) == []
    assert touching(shown, category="electrical", place=town.place("P1-3-2-1502"), at=town.at) == []

    third = cases.report_to_incident(
        actor=town.actor(Role.GUARD),
        at=town.at,
        incident_id=incident.pk,
        text="业主说停电了",
        channel=Channel.EMPLOYEE,
        place_text="二期3栋2单元1502",
    )
    assert (third.incident, third.state, third.case_orders.count()) == (incident, CaseState.OPEN, 0)

    for move in (work.arrive, work.finish):
        move(actor=town.cast.system, at=later(hours=1), order_id=repair.pk)
    town.deliver(one, at=later(hours=1))
    assert Message.objects.filter(kind="incident_repaired").exists()
    assert one.state == CaseState.OPEN

    cases.restore_incident(
        actor=town.actor(Role.CALL_TAKER), at=later(hours=1), incident_id=incident.pk, text="已恢复供电。"
    )
    reload(incident, one, two, third, repair)
    assert (incident.state, repair.state) == (IncidentState.RESTORED, State.CLOSED)
    assert set(IncidentAnswer.objects.values_list("case_id", "way")) == {(one.pk, "message"), (third.pk, "message")}
    assert (one.state, two.state, third.state) == (CaseState.FOLLOW_UP, CaseState.OPEN, CaseState.FOLLOW_UP)
    assert CustomerNotice.objects.filter(customer=account.customer).count() == 2  # begun, over: nothing twice

    for _ in range(2):
        cases.answer_caller(actor=town.actor(Role.CALL_TAKER), at=later(hours=2), case_id=two.pk, words="已告知")
    reload(incident, two)
    assert (incident.state, two.state) == (IncidentState.CLOSED, CaseState.FOLLOW_UP)
    assert IncidentAnswer.objects.filter(case=two, way="call").count() == 1


def test_a_case_is_split_out_again_with_an_order_of_its_own(town, later):
    one, two = dark(town), dark(town, "1501")
    incident = begin(town, one, two)
    desk = town.actor(Role.CALL_TAKER)
    cases.split_out(actor=desk, at=later(minutes=9), case_id=one.pk, reason="只是自家跳闸")
    reload(one)
    assert (one.incident, town.order(one).state) == (None, State.DISPATCHED)
    with pytest.raises(NotFound):
        cases.split_out(actor=desk, at=later(minutes=9), case_id=one.pk, reason="再来一次")
    cases.withdraw_incident(actor=desk, at=later(hours=1), incident_id=incident.pk, reason="各家各的原因")
    reload(two, incident)
    assert (two.incident, town.order(two).state, incident.state) == (None, State.DISPATCHED, IncidentState.WITHDRAWN)


def test_an_unhappy_caller_gets_an_order_of_their_own(town, later):
    one = dark(town, caller_phone="15400010001")
    incident = begin(town, one)
    desk = town.actor(Role.CALL_TAKER)
    cases.restore_incident(actor=desk, at=later(hours=1), incident_id=incident.pk, text="已恢复")
    call = town.call(one)
    cases.record_follow_up(
        actor=desk, at=later(hours=2), follow_up_id=call.pk, answer="not_content", words="我家还没电"
    )
    reload(one)
    assert (one.state, one.incident, town.order(one).state) == (CaseState.OPEN, None, State.DISPATCHED)


def test_planned_works_are_announced_and_run_over_time(town, later):
    town.move_in("P2-3-2-1502")
    period = {"planned_from": later(hours=21), "planned_until": later(hours=24)}
    incident = begin(town, title="明日停水", category="plumbing", notice="明天 9 点到 12 点停水。", **period)
    assert incident.order is None
    assert IncidentNotice.objects.get().customer_count == 1
    assert [each.pk for each in running(town.site.pk, at=town.at)] == [incident.pk]
    place = town.place("P2-3-2-1502")
    shown = running(town.site.pk, at=town.at)
    assert touching(shown, category="plumbing", place=place, at=town.at) == []
    assert touching(shown, category="plumbing", place=place, at=later(hours=22)) == [incident]
    assert batch.tick(at=later(hours=23))["works_over_time"] == 0
    assert [batch.tick(at=later(hours=25))["works_over_time"] for _ in range(2)] == [1, 0]
    assert Message.objects.get(kind="incident_overdue").recipient == town.staff[Role.CALL_TAKER].user


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"title": " "}, Invalid),
        ({"category": "weather"}, UnknownWord),
        ({"place_code": "P9"}, NotFound),
        ({"planned_from": timedelta(0)}, Invalid),
        ({"planned_from": timedelta(hours=2), "planned_until": timedelta(hours=1)}, Invalid),
        ({"notice": "长" * 501}, Invalid),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(town, wrong, refusal):
    given = {name: town.at + value if isinstance(value, timedelta) else value for name, value in wrong.items()}
    with pytest.raises((refusal, Invalid)):
        begin(town, **given)
    assert not Incident.objects.exists()


def test_what_is_over_takes_nobody_in(town, later):
    one, two = dark(town), dark(town, "1501")
    incident = begin(town, one)
    desk = town.actor(Role.CALL_TAKER)
    with pytest.raises(AlreadyGrouped):
        begin(town, one, two)
    cases.restore_incident(actor=desk, at=later(hours=1), incident_id=incident.pk, text="已恢复")
    with pytest.raises(IncidentOver):
        cases.join_incident(actor=desk, at=later(hours=1), incident_id=incident.pk, case_ids=[two.pk])
    with pytest.raises(IncidentOver):
        cases.report_to_incident(
            actor=desk, at=later(hours=1), incident_id=incident.pk, text="停电", channel=Channel.TELEPHONE
        )
    reload(two)
    assert two.incident is None
    with pytest.raises(NotFound):
        cases.restore_incident(actor=town.actor(Role.GUARD), at=later(hours=1), incident_id=incident.pk, text="已恢复")


def reported(number, path, category="electrical"):
    kinds = ("community", "phase", "building", "entrance", "floor", "unit")
    codes = path.split("/")
    above = tuple((kinds[depth], "/".join(codes[: depth + 1])) for depth in range(min(4, len(codes))))
    return Reported(number, category, path, above)


def test_the_innermost_place_that_holds_them_all_is_meant():
    entrance = [reported(n, f"C/1/3/2/{n}/{n}") for n in range(3)]
    elsewhere = [reported(9, "C/1/3/1/4/4"), reported(10, "C/2/5/1/4/4"), reported(11, "C/1/3/2/8/8", "plumbing")]
    assert [(group.path, len(group.case_ids)) for group in alike(entrance)] == [("C/1/3/2", 3)]
    assert [(group.path, len(group.case_ids)) for group in alike(entrance + elsewhere)] == [("C/1/3", 4)]
    assert alike(entrance[:1] * 5) == []  # five times the same household
    assert alike([reported(n, f"C/1/3/2/{n}/{n}", "service_attitude") for n in range(9)]) == []
    assert furthest([(1, State.DISPATCHED), (2, State.ON_SITE), (3, State.DONE)]) == 2
    assert furthest([(3, State.DONE)]) is None


@pytest.mark.django_db(transaction=True)
def test_two_people_group_the_same_cases_and_a_case_comes_while_it_ends(transactional_db, noon, later):
    town = Town.build(Cast.assemble(), noon)
    one, two = dark(town), dark(town, "1501")
    made = at_once(lambda: begin(town, one, two), lambda: begin(town, one, two))
    assert sum(isinstance(each, Incident) for each in made) == 1
    assert sum(isinstance(each, AlreadyGrouped) for each in made) == 1
    incident = Incident.objects.get()
    assert incident.cases.count() == 2

    def ends():
        return cases.restore_incident(
            actor=town.actor(Role.CALL_TAKER), at=later(hours=1), incident_id=incident.pk, text="已恢复"
        )

    def comes():
        return cases.report_to_incident(
            actor=town.actor(Role.GUARD),
            at=later(hours=1),
            incident_id=incident.pk,
            text="停电了",
            channel=Channel.EMPLOYEE,
            caller_phone="15400010001",
        )

    outcome = at_once(ends, comes)
    came = [each for each in outcome if isinstance(each, Case)]
    refused = [each for each in outcome if isinstance(each, IncidentOver)]
    assert len(came) + len(refused) == 1
    for case in came:  # in time: answered like the others
        assert IncidentAnswer.objects.filter(case=case).exists()
