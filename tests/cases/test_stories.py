"""From heard to closed, and everything that can come between."""

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases.errors import AlreadyAnswered, IllegalCaseMove, MayNotClose, UnknownPlace, UnknownWord
from zhongshu.cases.kinds import CallReason, Criterion, EntryKind, Severity
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.cases.models import Case, CaseClosure, CaseEntry, Correction, FollowUp, FollowUpAttempt, OwnerHandover
from zhongshu.cases.policies import is_drawn
from zhongshu.cases.queries import customer_timeline, timeline
from zhongshu.estate import actions as estate
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.people.kinds import TeamKind
from zhongshu.work import actions as work
from zhongshu.work.kinds import OrderKind, Urgency
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder

DESK, LEAD, MANAGER = Role.CALL_TAKER, Role.SERVICE_LEAD, Role.SITE_MANAGER
FLOOD = {"text": "卫生间水管爆裂，水已经流到客厅了，请马上派人来", "urgency": Urgency.P2, "follow_hazard": False}


def told(user):
    return [message.title for message in Message.objects.filter(recipient=user).order_by("pk")]


def unlucky_case(town, drawn):
    """A P3 case whose number draws, or does not draw, a call back."""
    for _ in range(40):
        case = town.hear(category="plumbing", urgency=Urgency.P3)
        if is_drawn(case.number, 30) == drawn:
            return case
    raise AssertionError("no such number among forty")


def test_a_leak_is_heard_placed_done_called_back_about_and_closed(town, later):
    account = town.move_in("P2-3-2-1502")
    case = town.hear(**FLOOD, caller_phone="154-0001-0001")
    order = town.order(case)
    assert (case.place.code, case.account, case.customer.name) == ("P2-3-2-1502", account, "王小明")
    assert (case.state, case.needs_person, case.owner) == (CaseState.OPEN, False, town.staff[DESK].user)
    assert (order.state, order.assignee, order.place) == (State.DISPATCHED, town.staff[Role.TECHNICIAN], case.place)
    assert (order.contact_name, order.contact_phone) == ("王小明", "15400010001")

    town.do_the_work(case, at=later(hours=2))
    assert case.state == CaseState.FOLLOW_UP
    call = town.call(case)
    assert (call.reason, call.due_at) == (CallReason.ALWAYS, later(hours=26))

    desk = town.actor(DESK)
    cases.record_follow_up(
        actor=desk, at=later(hours=3), follow_up_id=call.pk, answer=Answer.CONTENT, score=5, words="师傅很利索"
    )
    town.deliver(case, at=later(hours=3))
    order.refresh_from_db()
    closure = CaseClosure.objects.get(case=case)
    assert (case.state, case.closed_at, order.state) == (CaseState.CLOSED, later(hours=3), State.CLOSED)
    assert (closure.answer, closure.by_id) == (Answer.CONTENT, desk.user_id)
    kinds = [line.kind for line in timeline(case)]
    assert kinds[0] == EntryKind.HEARD
    assert EntryKind.CALL in kinds
    assert kinds.count(EntryKind.ORDER) == 6  # dispatched, accepted, arrived, done, signed off, closed
    assert "已到现场" in "".join(line.text for line in customer_timeline(case))
    verbs = AuditEntry.objects.filter(target_type="cases.case", target_id=str(case.pk)).values_list("verb", flat=True)
    assert set(verbs) == {"cases.open", "cases.ask_for_call", "cases.close"}


def test_news_of_an_order_that_comes_twice_does_nothing_twice(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    OutboxEvent.objects.update(delivered_at=None)
    town.deliver(case, at=later(hours=2))
    for _ in range(2):
        town.settle(case, at=later(hours=2))
    assert FollowUp.objects.filter(case=case).count() == 1
    assert case.state == CaseState.FOLLOW_UP


def test_three_buildings_no_guess(town, later):
    """The phase is missing and both phases have a building 3: somebody goes, and somebody asks."""
    case = town.hear("厨房漏水", place_text="三栋二单元1502")
    order = town.order(case)
    assert (case.place, case.needs_person) == (None, True)
    assert set(case.place_verdict["places"]) == {"P1-3-2-1502", "P2-3-2-1502"}
    assert order.state == State.DISPATCHED
    assert "位置待核实" in order.description
    assert case.place_verdict["question"] in order.description

    account = town.move_in("P1-3-2-1502", name="李小红", phone="15400020002")
    cases.put_place_right(
        actor=town.actor(DESK), at=later(minutes=2), case_id=case.pk, place_code="P1-3-2-1502", reason="客户说是一期"
    )
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.place.code, case.account, case.needs_person) == ("P1-3-2-1502", account, False)
    assert (order.place, order.account) == (case.place, account)
    correction = Correction.objects.get(case=case)
    assert (correction.field, correction.was, correction.became) == ("place", "", "P1-3-2-1502")


def test_the_same_place_again_changes_nothing(town):
    case = town.hear()
    cases.put_place_right(actor=town.actor(DESK), at=town.at, case_id=case.pk, place_code="P2-3-2-1502")
    assert not Correction.objects.exists()


def test_a_place_that_is_none_is_refused(town):
    case = town.hear()
    with pytest.raises(UnknownPlace):
        cases.put_place_right(actor=town.actor(DESK), at=town.at, case_id=case.pk, place_code="P9-9-9-999")
    case.refresh_from_db()
    assert case.place.code == "P2-3-2-1502"


def test_the_number_is_registered_elsewhere(town):
    """A conflict shows both places, and nobody is sent to either."""
    town.move_in("P1-3-2-1501")
    case = town.hear(caller_phone="15400010001")
    assert case.place_verdict["status"] == "conflict"
    assert (case.place, case.needs_person) == (None, True)
    assert set(case.place_verdict["places"]) == {"P2-3-2-1502", "P1-3-2-1501"}


def test_that_room_from_last_time(town):
    town.hear("水管漏水", caller_phone="15400030003")
    case = town.hear("上次修水管那家又漏了", place_text="", caller_phone="15400030003")
    assert case.place_verdict["status"] == "from_history"
    assert case.place.code == "P2-3-2-1502"


def test_the_account_is_found_by_the_number_alone(town):
    account = town.move_in("P2-3-2-1501")
    case = town.hear("家里的水龙头滴水", place_text="", caller_phone="15400010001")
    assert (case.place.code, case.account) == ("P2-3-2-1501", account)


def test_nobody_is_sure_so_a_person_decides(town, later):
    """What the machine cannot place goes to the service desk to decide, then to the right team."""
    case = town.hear("喂喂，听得到吗，就是那个嗯")
    order = town.order(case)
    assert case.needs_person
    assert (order.kind, order.team.kind) == (OrderKind.TASK, TeamKind.CUSTOMER_SERVICE)
    assert order.assignee == town.staff[DESK]

    cases.correct_classification(
        actor=town.actor(DESK),
        at=later(minutes=1),
        case_id=case.pk,
        category="electrical",
        urgency=Urgency.P2,
        team_kind=TeamKind.ENGINEERING,
        reason="问清楚了，是跳闸",
    )
    case.refresh_from_db()
    order.refresh_from_db()
    assert (case.category, case.urgency, case.team_kind, case.needs_person) == (
        "electrical",
        "P2",
        "engineering",
        False,
    )
    assert (order.urgency, order.team.kind, order.assignee) == ("P2", "engineering", town.staff[Role.TECHNICIAN])
    assert set(Correction.objects.values_list("field", flat=True)) == {"category", "urgency", "team_kind"}


def test_confirming_the_suggestion_is_a_decision_too(town):
    case = town.hear("喂喂，听得到吗，就是那个嗯")
    cases.correct_classification(actor=town.actor(DESK), at=town.at, case_id=case.pk, category=case.category)
    case.refresh_from_db()
    assert not case.needs_person
    row = Correction.objects.get(case=case)
    assert row.was == row.became == case.category


def test_deciding_what_it_is_does_not_say_where_it_is(town):
    case = town.hear("喂喂，听得到吗", place_text="三栋二单元1502")
    cases.correct_classification(actor=town.actor(DESK), at=town.at, case_id=case.pk, category="plumbing")
    case.refresh_from_db()
    assert case.needs_person
    cases.put_place_right(actor=town.actor(DESK), at=town.at, case_id=case.pk, place_code="P1-3-2-1502")
    case.refresh_from_db()
    assert not case.needs_person


def test_the_right_team_has_nobody_on_duty_and_the_order_does_not_get_lost(town):
    case = town.hear()
    order = town.order(case)
    cases.correct_classification(
        actor=town.actor(DESK), at=town.at, case_id=case.pk, team_kind=TeamKind.MANAGEMENT, reason="找管理处"
    )
    order.refresh_from_db()
    case.refresh_from_db()
    assert case.team_kind == TeamKind.MANAGEMENT
    assert order.assignee == town.staff[Role.TECHNICIAN]
    assert CaseEntry.objects.filter(case=case, kind=EntryKind.NOTE, text__contains=order.number).exists()


def test_people_trapped_stay_urgent_whatever_is_typed(town):
    case = town.hear("电梯里困了两个人", place_text="小区东门", urgency=Urgency.P4)
    assert case.urgency == Urgency.P1
    assert town.order(case).kind == OrderKind.EMERGENCY
    assert "保持 P1" in CaseEntry.objects.get(case=case, kind=EntryKind.HEARD).text


def test_a_person_who_has_seen_the_hazard_may_lower_it(town):
    case = town.hear("电梯里困了两个人", place_text="小区东门", urgency=Urgency.P4, follow_hazard=False)
    assert case.urgency == Urgency.P4
    assert "定为 P4" in CaseEntry.objects.get(case=case, kind=EntryKind.HEARD).text


def test_words_that_do_not_exist_are_refused_and_nothing_is_kept(town):
    with pytest.raises(UnknownWord):
        town.hear(category="weather")
    for text in ("", "  \n", "\x00"):
        with pytest.raises(Invalid):
            town.hear(text)
    with pytest.raises(Invalid):
        town.hear("水" * 5000)
    with pytest.raises(NotFound):
        town.hear(place_code="P9-9-9-9")
    assert not Case.objects.exists()
    assert not WorkOrder.objects.exists()


def test_an_unhappy_answer_begins_the_work_again_and_the_lead_hears_of_it(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    call = town.call(case)
    desk = town.actor(DESK)
    cases.record_follow_up(
        actor=desk, at=later(hours=2), follow_up_id=call.pk, answer=Answer.NOT_CONTENT, score=1, words="还在漏"
    )
    town.deliver(case, at=later(hours=2))
    order = town.order(case)
    assert (case.state, case.reopened_count, order.state) == (CaseState.OPEN, 1, State.DISPATCHED)
    assert any("不满意" in title for title in told(town.staff[LEAD].user))
    assert any("不满意" in title for title in told(town.staff[DESK].user))

    town.do_the_work(case, at=later(hours=5))
    again = town.call(case)
    assert again.reason == CallReason.REOPENED
    cases.record_follow_up(actor=desk, at=later(hours=6), follow_up_id=again.pk, answer=Answer.CONTENT, score=4)
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_content_with_a_score_of_two_is_not_content(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    cases.record_follow_up(
        actor=town.actor(DESK), at=later(hours=2), follow_up_id=town.call(case).pk, answer=Answer.CONTENT, score=2
    )
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_after_three_calls_in_vain_the_case_closes(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    call = town.call(case)
    for hour in (2, 3, 4):
        case.refresh_from_db()
        assert case.state == CaseState.FOLLOW_UP
        cases.record_follow_up(
            actor=town.actor(DESK), at=later(hours=hour), follow_up_id=call.pk, answer=Answer.UNREACHABLE
        )
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED
    assert CaseClosure.objects.get(case=case).answer == Answer.UNREACHABLE
    assert town.order(case).state == State.CLOSED
    with pytest.raises(AlreadyAnswered):
        cases.record_follow_up(
            actor=town.actor(DESK), at=later(hours=5), follow_up_id=call.pk, answer=Answer.UNREACHABLE
        )
    assert FollowUpAttempt.objects.count() == 3


@pytest.mark.parametrize(("answer", "score"), [(Answer.CONTENT, 0), (Answer.CONTENT, 6), (Answer.UNREACHABLE, 5)])
def test_a_score_that_makes_no_sense_is_refused(town, later, answer, score):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    with pytest.raises(Invalid):
        cases.record_follow_up(
            actor=town.actor(DESK), at=later(hours=2), follow_up_id=town.call(case).pk, answer=answer, score=score
        )
    assert not FollowUpAttempt.objects.exists()


def test_a_case_outside_the_sample_closes_when_the_work_is_signed_off(town, later):
    case = unlucky_case(town, drawn=False)
    town.do_the_work(case)
    assert case.state == CaseState.OPEN
    cases.sign_off_for_customer(actor=town.actor(DESK), at=later(hours=2), case_id=case.pk, words="电话确认")
    case.refresh_from_db()
    assert (case.state, town.order(case).state) == (CaseState.CLOSED, State.CLOSED)
    assert not FollowUp.objects.filter(case=case).exists()


def test_a_case_in_the_sample_is_called_back_about_even_when_signed_off(town, later):
    case = unlucky_case(town, drawn=True)
    order = town.order(case)
    for move in (work.accept, work.arrive, work.finish):
        move(actor=town.cast.system, at=later(hours=1), order_id=order.pk)
    cases.sign_off_for_customer(actor=town.actor(DESK), at=later(hours=1), case_id=case.pk)
    case.refresh_from_db()
    assert case.state == CaseState.FOLLOW_UP
    assert town.call(case).due_at == later(hours=1, days=7)


def test_a_complaint_is_always_called_back_about(town):
    case = town.hear("保安态度太差了，我要投诉他", category="service_attitude", urgency=Urgency.P3)
    assert town.order(case).kind == OrderKind.COMPLAINT
    judged = {"severity": Severity.ORDINARY, "points": -2, "criteria": [Criterion.CURT], "note_text": "属实"}
    cases.judge(actor=town.actor(LEAD), at=town.at, case_id=case.pk, **judged)
    said = {"contact": "已致歉", "feedback": "已整改", "answer": Answer.CONTENT}
    cases.record_line(actor=town.actor(DESK), at=town.at, case_id=case.pk, **said)
    town.do_the_work(case)
    assert town.call(case).reason == CallReason.COMPLAINT


def test_nothing_to_sign_off(town):
    case = town.hear()
    with pytest.raises(IllegalCaseMove):
        cases.sign_off_for_customer(actor=town.actor(DESK), at=town.at, case_id=case.pk)


def test_a_second_team_is_asked_and_the_case_waits_for_both(town, later):
    case = town.hear(**FLOOD)
    extra = cases.request_order(
        actor=town.actor(DESK),
        at=later(minutes=5),
        case_id=case.pk,
        team_kind=TeamKind.ENVIRONMENT,
        what="拖干客厅积水",
        category="cleaning",
        urgency=Urgency.P3,
    )
    assert (extra.kind, extra.assignee, extra.place) == (OrderKind.CLEANING, town.staff[Role.CLEANER], case.place)
    first = WorkOrder.objects.filter(case_order__case=case).earliest("pk")
    for order in (first, extra):
        assert case.state == CaseState.OPEN
        for move in (work.accept, work.arrive, work.finish):
            move(actor=town.cast.system, at=later(hours=1), order_id=order.pk)
        town.deliver(case, at=later(hours=1))
    assert case.state == CaseState.FOLLOW_UP


def test_a_customer_who_rings_again_opens_the_case_again(town, later):
    case = unlucky_case(town, drawn=False)
    town.do_the_work(case)
    cases.sign_off_for_customer(actor=town.actor(DESK), at=later(hours=2), case_id=case.pk)
    cases.reopen_case(actor=town.actor(DESK), at=later(hours=5), case_id=case.pk, reason="又滴水了")
    case.refresh_from_db()
    assert (case.state, case.closed_at, case.reopened_count) == (CaseState.OPEN, None, 1)
    assert town.order(case).state == State.DISPATCHED
    assert CaseClosure.objects.filter(case=case).count() == 1


def test_an_order_reopened_on_its_own_page_takes_the_case_with_it(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    work.reopen(actor=town.cast.system, at=later(hours=2), order_id=town.order(case).pk, reason="没修好")
    town.deliver(case, at=later(hours=2))
    assert (case.state, case.reopened_count) == (CaseState.OPEN, 1)
    assert not FollowUp.objects.filter(case=case, done_at__isnull=True).exists()


def test_when_every_order_is_withdrawn_the_owner_is_told_once(town, later):
    case = town.hear()
    work.withdraw(actor=town.cast.system, at=later(hours=1), order_id=town.order(case).pk, reason="重复")
    town.deliver(case, at=later(hours=1))
    for _ in range(2):
        town.settle(case, at=later(hours=2))
    assert case.state == CaseState.OPEN
    assert sum("无人处理" in title for title in told(town.staff[DESK].user)) == 1
    assert CaseEntry.objects.filter(case=case, kind=EntryKind.OWNER_TOLD).count() == 1


def test_the_next_level_signs_where_the_customer_stays_unhappy(town, later):
    case = town.hear(**FLOOD)
    town.do_the_work(case)
    lead = town.actor(LEAD)
    with pytest.raises(MayNotClose):
        cases.close_case(actor=lead, at=later(hours=2), case_id=case.pk, words="已尽力")
    cases.record_follow_up(
        actor=town.actor(DESK), at=later(hours=2), follow_up_id=town.call(case).pk, answer=Answer.NOT_CONTENT
    )
    cases.close_case(actor=lead, at=later(hours=3), case_id=case.pk, words="已上门说明，客户要求超出合同范围")
    case.refresh_from_db()
    closure = CaseClosure.objects.get(case=case)
    assert (case.state, closure.answer, closure.signed_by_id) == (CaseState.CLOSED, Answer.NOT_CONTENT, lead.user_id)
    assert town.order(case).state == State.WITHDRAWN
    town.deliver(case, at=later(hours=4))
    assert case.state == CaseState.CLOSED


def test_nobody_signs_for_their_own_case_or_over_work_that_goes_on(town):
    own = town.hear(role=LEAD)
    with pytest.raises(MayNotClose):
        cases.close_case(actor=town.actor(LEAD), at=town.at, case_id=own.pk, words="我自己的")
    others = town.hear()
    with pytest.raises(MayNotClose):
        cases.close_case(actor=town.actor(LEAD), at=town.at, case_id=others.pk, words="不修了")
    assert not CaseClosure.objects.exists()


def test_a_case_heard_twice_is_withdrawn_with_its_work(town):
    case = town.hear()
    cases.withdraw_case(actor=town.actor(DESK), at=town.at, case_id=case.pk, reason="与上一件重复")
    case.refresh_from_db()
    assert (case.state, town.order(case).state) == (CaseState.WITHDRAWN, State.WITHDRAWN)
    with pytest.raises(IllegalCaseMove):
        cases.reopen_case(actor=town.actor(DESK), at=town.at, case_id=case.pk, reason="还是要")


def test_what_has_been_done_cannot_be_withdrawn(town):
    case = unlucky_case(town, drawn=False)
    town.do_the_work(case)
    with pytest.raises(IllegalCaseMove):
        cases.withdraw_case(actor=town.actor(DESK), at=town.at, case_id=case.pk, reason="算了")


def test_a_case_changes_hands_only_with_a_reason(town, later):
    case = town.hear()
    lead = town.staff[LEAD].user
    with pytest.raises(Invalid):
        cases.hand_over(actor=town.actor(DESK), at=town.at, case_id=case.pk, to_user_id=lead.pk, reason=" ")
    cases.hand_over(actor=town.actor(DESK), at=later(hours=1), case_id=case.pk, to_user_id=lead.pk, reason="我要下班了")
    case.refresh_from_db()
    row = OwnerHandover.objects.get(case=case)
    assert (case.owner, row.from_owner, row.to_owner) == (lead, town.staff[DESK].user, lead)
    assert any("移交给您" in title for title in told(lead))


def test_a_case_is_not_handed_to_a_stranger_or_to_its_owner(town):
    case = town.hear()
    stranger = town.cast.user(Role.TECHNICIAN, town.cast.xh)
    for user in (stranger, case.owner):
        with pytest.raises(Invalid):
            cases.hand_over(actor=town.actor(DESK), at=town.at, case_id=case.pk, to_user_id=user.pk, reason="接一下")
    assert not OwnerHandover.objects.exists()


def test_what_no_employee_heard_belongs_to_the_keeper_else_to_the_call_taker(town):
    alarm = {"channel": Channel.ALARM, "role": LEAD}
    assert town.hear("水泵故障报警", **alarm).owner == town.staff[DESK].user
    keeper = town.hire(Role.KEEPER, TeamKind.CUSTOMER_SERVICE)
    estate.assign_territory(
        actor=town.cast.system, at=town.at, place=town.place("P2"), keeper=keeper.user, starts_on=town.at.date()
    )
    assert town.hear("水泵故障报警", **alarm).owner == keeper.user
    assert town.hear("水泵故障报警", place_text="小区东门", **alarm).owner == town.staff[DESK].user


def test_a_resident_reports_through_the_portal_only(town):
    resident = town.actor(Role.RESIDENT)
    words = {
        "actor": resident,
        "at": town.at,
        "site": town.site,
        "text": "水龙头滴水",
        "place_text": "二期3栋2单元1502",
    }
    assert cases.open_case(**words, channel=Channel.PORTAL).case.owner == town.staff[DESK].user
    with pytest.raises(NotFound):
        cases.open_case(**words, channel=Channel.TELEPHONE)
    assert Case.objects.count() == 1


def test_a_note_is_kept(town):
    case = town.hear()
    cases.add_note(actor=town.actor(Role.TECHNICIAN), at=town.at, case_id=case.pk, text="客户下午在家")
    assert CaseEntry.objects.filter(case=case, kind=EntryKind.NOTE, text="客户下午在家").exists()
    with pytest.raises(Invalid):
        cases.add_note(actor=town.actor(DESK), at=town.at, case_id=case.pk, text="很" * 501)


def test_a_question_about_the_bill_needs_no_place_once_it_is_known_to_be_one(town):
    case = town.hear("喂喂，听得到吗，就是那个嗯", place_text="")
    assert case.needs_person
    cases.correct_classification(
        actor=town.actor(DESK), at=town.at, case_id=case.pk, category="billing", team_kind=TeamKind.FINANCE
    )
    case.refresh_from_db()
    assert not case.needs_person
    assert town.order(case).assignee == town.staff[Role.CASHIER]


def test_a_decision_about_nothing_is_refused(town):
    case = town.hear("喂喂，听得到吗，就是那个嗯")
    with pytest.raises(Invalid):
        cases.correct_classification(actor=town.actor(DESK), at=town.at, case_id=case.pk, reason="随便")
    case.refresh_from_db()
    assert case.needs_person
