"""Sites ask the quality department and are asked by it; closed cases are drawn and judged; escalations are answered."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.work.conftest import Crew
from zhongshu.cases.models import Case
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import local
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.quality import actions, batch, queries
from zhongshu.quality.errors import (
    AlreadyReviewed,
    AlreadyTaken,
    AlreadyUndone,
    EscalationOver,
    IllegalInquiryMove,
    NothingToDraw,
    NotYourLevel,
    OwnCase,
)
from zhongshu.quality.kinds import Criterion, Direction, InquiryState
from zhongshu.quality.models import EscalationResponse, Inquiry, SampledCase, StandardAdoption
from zhongshu.work import actions as work
from zhongshu.work.batch import tick
from zhongshu.work.models import EscalationStep, SlaClock, SlaPolicy, WorkOrder
from zhongshu.work.policies.standards import BY_STARS

DAY = timedelta(days=1)
GOOD = dict.fromkeys(Criterion, 4)


def quality(crew: Crew) -> Actor:
    return crew.cast.actor(Role.QUALITY, name="品质")


def head_office(crew: Crew) -> Actor:
    return crew.cast.actor(Role.HEAD_OFFICE, name="总部")


def told(crew: Crew, who: Actor) -> list[str]:
    return list(Message.objects.filter(recipient=who.user_id).order_by("pk").values_list("title", flat=True))


def ask(crew: Crew, **given: Any) -> Inquiry:
    facts = {"actor": crew.actor("经理"), "at": crew.noon, "site": crew.site, "question": "这户拒绝入户，怎么办"}
    return actions.ask_for_help(**(facts | given))


def supervised(crew: Crew, **given: Any) -> Inquiry:
    facts = {"actor": quality(crew), "at": crew.noon, "site": crew.site, "question": "三次返修的原因和整改"}
    return actions.supervise(**(facts | {"due_at": crew.noon + DAY} | given))


# Inquiries


def test_a_site_asks_and_is_answered_until_it_says_that_this_is_enough(crew: Crew) -> None:
    order = crew.order()
    inquiry = ask(crew, order=order, is_urgent=True)
    assert inquiry.number.startswith("QZ-YQL-")
    assert told(crew, quality(crew)) == [f"待您答复：求助品质部 {inquiry.number}"]
    actions.take(actor=quality(crew), at=crew.noon, inquiry_id=inquiry.pk)
    with pytest.raises(AlreadyTaken):
        actions.take(actor=head_office(crew), at=crew.noon, inquiry_id=inquiry.pk)
    reply = {"actor": quality(crew), "at": crew.noon, "inquiry_id": inquiry.pk}
    actions.answer(**reply, kind="advice", text="先约社区到场")
    actions.send_back(actor=crew.actor("经理"), at=crew.noon + DAY, inquiry_id=inquiry.pk, text="社区不来")
    helper = crew.staff["值班"].user
    actions.answer(**reply, kind="person", text="派人协助", person=helper)
    assert "已答复" in Message.objects.get(recipient=helper, kind="inquiry").title
    with pytest.raises(IllegalInquiryMove):
        actions.answer(**reply, kind="advice", text="再答")
    inquiry = actions.accept_answer(actor=crew.actor("经理"), at=crew.noon + DAY, inquiry_id=inquiry.pk)
    assert inquiry.state == "closed"
    kinds = [line.kind for line in inquiry.lines.all()]
    assert kinds == ["asked", "taken", "advice", "returned", "person", "accepted"]
    states = [row.payload["to_state"] for row in OutboxEvent.objects.filter(name="quality.inquiry_moved")]
    assert states == ["open", "answered", "open", "answered", "closed"]


def test_the_department_supervises_a_site_and_does_not_let_go(crew: Crew) -> None:
    inquiry = supervised(crew)
    assert inquiry.number.startswith("DB-YQL-")
    assert [batch.tick(at=crew.noon + DAY * days)["inquiries_reminded"] for days in (0.5, 1, 1, 2, 3)] == [
        0,
        1,
        0,
        1,
        1,
    ]
    inquiry.refresh_from_db()
    assert inquiry.escalated_at == crew.noon + 2 * DAY
    assert told(crew, head_office(crew)) == [f"上报公司总部：督办 {inquiry.number}"]
    assert len(told(crew, crew.actor("经理"))) == 4
    actions.answer(
        actor=crew.actor("经理"), at=crew.noon + 4 * DAY, inquiry_id=inquiry.pk, kind="answer", text="更换了立管"
    )
    assert batch.tick(at=crew.noon + 9 * DAY)["inquiries_reminded"] == 0
    with pytest.raises(NotFound):
        actions.accept_answer(actor=crew.actor("经理"), at=crew.noon, inquiry_id=inquiry.pk)
    actions.escalate(actor=quality(crew), at=crew.noon, inquiry_id=inquiry.pk, text="需总部拨款")
    actions.accept_answer(actor=quality(crew), at=crew.noon, inquiry_id=inquiry.pk, text="认可")
    with pytest.raises(IllegalInquiryMove):
        actions.escalate(actor=quality(crew), at=crew.noon, inquiry_id=inquiry.pk, text="又来")
    with pytest.raises(IllegalInquiryMove):
        actions.send_back(actor=quality(crew), at=crew.noon, inquiry_id=inquiry.pk, text="又来")


@pytest.mark.parametrize(
    "wrong",
    [{"question": " "}, {"question": "长" * 2001}, {"due_at": datetime.fromisoformat("2026-11-04T11:00+08:00")}],
)
def test_nonsense_is_not_asked(crew: Crew, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        supervised(crew, **wrong)
    assert not Inquiry.objects.exists()


def test_answers_are_given_in_the_ways_there_are(crew: Crew) -> None:
    inquiry = ask(crew)
    reply = {"actor": quality(crew), "at": crew.noon, "inquiry_id": inquiry.pk, "text": "请看"}
    for wrong in ({"kind": "answer"}, {"kind": "person"}, {"kind": "advice", "text": ""}):
        with pytest.raises(Invalid):
            actions.answer(**(reply | wrong))
    assert inquiry.lines.count() == 1


def test_who_may_not_ask_answer_or_see(crew: Crew) -> None:
    with pytest.raises(NotFound):
        supervised(crew, actor=crew.actor("经理"))
    with pytest.raises(NotFound):
        ask(crew, actor=crew.actor("张强"))
    elsewhere = crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh)
    with pytest.raises(NotFound):
        ask(crew, actor=elsewhere)
    with pytest.raises(NotFound):
        ask(crew, actor=elsewhere, site=crew.cast.xh, order=crew.order())
    inquiry = ask(crew, actor=crew.actor("王主管"))
    seen_by = [name for name in crew.staff if queries.inquiries_visible(crew.actor(name)).exists()]
    assert set(seen_by) == {"王主管", "经理", "值班"}
    with pytest.raises(NotFound):
        actions.answer(actor=crew.actor("经理"), at=crew.noon, inquiry_id=inquiry.pk, kind="advice", text="自己答")
    assert Inquiry.objects.get().state == "open"


def test_what_was_said_is_not_unsaid(crew: Crew) -> None:
    ask(crew)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE quality_inquiryline SET text = ''")


def test_the_window_counts_what_waits_and_what_is_late(crew: Crew) -> None:
    ask(crew)
    ask(crew, is_urgent=True)
    supervised(crew)
    later = crew.noon + timedelta(hours=3)
    found = queries.queue(quality(crew), Direction.HELP, InquiryState.OPEN, at=later)
    assert (found.waiting, found.late, len(found.first)) == (2, 1, 2)
    assert queries.queue(quality(crew), Direction.SUPERVISION, InquiryState.OPEN, at=later).waiting == 1


# Samples


def closed(crew: Crew, nth: int, **given: Any) -> Case:
    facts = {"site": crew.site, "category": "plumbing", "urgency": "P3", "team_kind": "engineering"}
    facts |= {"channel": "telephone", "text": "水管漏", "state": "closed", "number": f"BS-{nth}"}
    return Case.objects.create(**(facts | {"opened_at": crew.noon - 2 * DAY, "closed_at": crew.noon} | given))


def draw(crew: Crew, **given: Any) -> Any:
    on = local(crew.noon).date()
    facts = {"actor": quality(crew), "at": crew.noon, "closed_from": on, "closed_until": on + DAY, "seed": "冬至"}
    return actions.draw_sample(**(facts | given))


def test_a_sample_is_drawn_by_site_and_category_and_can_be_drawn_again(crew: Crew) -> None:
    for nth in range(12):
        closed(crew, nth, category="plumbing" if nth < 10 else "elevator")
    closed(crew, 20, site=crew.cast.xh)
    closed(crew, 21, closed_at=crew.noon - 9 * DAY)
    actions.set_rate(actor=quality(crew), at=crew.noon, percent=20)
    actions.set_rate(actor=quality(crew), at=crew.noon, percent=50, site=crew.cast.xh)
    sample = draw(crew)
    assert sample.population == 13
    strata = sorted(sample.cases.values_list("site__code", "category"))
    assert strata == [("XH", "plumbing"), ("YQL", "elevator"), ("YQL", "plumbing"), ("YQL", "plumbing")]
    assert set(draw(crew).cases.values_list("case_id")) == set(sample.cases.values_list("case_id"))


def test_a_rate_holds_from_its_day_and_the_old_one_ends(crew: Crew) -> None:
    for at, percent in ((crew.noon, 20), (crew.noon, 25), (crew.noon + DAY, 30)):
        actions.set_rate(actor=quality(crew), at=at, percent=percent)
    on = local(crew.noon).date()
    assert [queries.rates([1], on + DAY * days)[1] for days in (-1, 0, 1)] == [10, 25, 30]
    with pytest.raises(Invalid):
        actions.set_rate(actor=quality(crew), at=crew.noon, percent=0)
    with pytest.raises(NotFound):
        actions.set_rate(actor=crew.actor("经理"), at=crew.noon, percent=1)


def judge(crew: Crew, row: SampledCase, **given: Any) -> SampledCase:
    facts = {"actor": quality(crew), "at": crew.noon, "sampled_id": row.pk, "points": GOOD, "consequence": "none"}
    return actions.review(**(facts | given))


def test_a_fault_opens_the_case_again_or_a_supervision(crew: Crew) -> None:
    first, second = closed(crew, 1), closed(crew, 2, category="elevator")
    rows = {row.case_id: row for row in draw(crew).cases.all()}
    judge(crew, rows[first.pk], consequence="reopen", words="没有照片，客户说没修")
    first.refresh_from_db()
    assert first.state == "open"
    reviewed = judge(
        crew, rows[second.pk], consequence="supervise", words="超时三天无人说明", points={**GOOD, "work": 1}
    )
    assert reviewed.inquiry is not None
    assert (reviewed.percent, reviewed.inquiry.case) == (68, second)
    (result,) = queries.results(quality(crew), reviewed.sample)
    assert (result["drawn"], result["reviewed"], result["faults"], result["percent"]) == (2, 2, 2, 74.0)


def test_refusals_of_samples(crew: Crew) -> None:
    with pytest.raises(NothingToDraw):
        draw(crew)
    with pytest.raises(Invalid):
        draw(crew, closed_until=date(2026, 1, 1))
    with pytest.raises(NotFound):
        draw(crew, actor=crew.actor("经理"))
    own = closed(crew, 1, owner_id=quality(crew).user_id)
    (row,) = draw(crew).cases.all()
    with pytest.raises(OwnCase):
        judge(crew, row)
    Case.objects.filter(pk=own.pk).update(owner=None)
    for wrong in ({"points": {}}, {"consequence": "reopen", "words": ""}, {"consequence": "shame"}):
        with pytest.raises(Invalid):
            judge(crew, row, **wrong)
    judge(crew, row)
    with pytest.raises(AlreadyReviewed):
        judge(crew, row)
    own.refresh_from_db()
    assert own.state == "closed"


# Escalations


@pytest.fixture
def late(crew: Crew) -> WorkOrder:
    """Nobody has accepted it; every level of its clock to acknowledge has been told."""
    order = crew.order(assignee=crew.staff["张强"])
    tick(at=crew.noon + timedelta(minutes=40))
    return order


def step(order: WorkOrder, percent: int) -> EscalationStep:
    return EscalationStep.objects.get(clock__order=order, clock__stage="acknowledge", percent=percent)


def answer(crew: Crew, who: Actor, at_step: EscalationStep, measure: str) -> EscalationResponse:
    at = crew.noon + timedelta(hours=1)
    return actions.respond(actor=who, at=at, step_id=at_step.pk, measure=measure, words="已安排")


def test_each_level_is_told_what_it_can_do(crew: Crew, late: WorkOrder) -> None:
    message = Message.objects.get(recipient=crew.staff["王主管"].user, kind="escalation", title__contains="80")
    assert "转派、请求支援" in message.body
    assert message.link == f"/quality/escalations/{step(late, 80).pk}"


def test_an_escalation_remains_until_its_level_has_answered(crew: Crew, late: WorkOrder) -> None:
    at = crew.noon + timedelta(hours=2)
    assert [row.percent for row in queries.unanswered(quality(crew), at=at)] == [200, 150, 100, 80, 50]
    answer(crew, crew.actor("王主管"), step(late, 80), "reassign")
    answered = answer(crew, crew.actor("经理"), step(late, 100), "ask_quality")
    assert answered.inquiry is not None
    assert answered.inquiry.order == late
    supervised_by = answer(crew, quality(crew), step(late, 150), "open_supervision").inquiry
    assert supervised_by is not None
    assert supervised_by.direction == "supervision"
    assert [row.percent for row in queries.unanswered(quality(crew), at=at)] == [200, 50]
    assert [row.percent for row in queries.unanswered(crew.actor("张强"), at=at)] == [50]
    work.withdraw(actor=crew.actor("王主管"), at=at, order_id=late.pk, reason="重复")
    assert not queries.unanswered(quality(crew), at=at).exists()


def test_one_answer_is_for_all_that_the_level_was_told_of_the_order(crew: Crew, late: WorkOrder) -> None:
    tick(at=crew.noon + 5 * DAY)
    waiting = queries.unanswered(crew.actor("经理"), at=crew.noon + 5 * DAY)
    assert [row.clock.stage for row in waiting] == ["acknowledge", "arrive", "finish"]
    actions.respond(
        actor=crew.actor("经理"),
        at=crew.noon + 5 * DAY,
        step_id=waiting[0].pk,
        measure="call_contractor",
        words="叫了外包",
    )
    assert not queries.unanswered(crew.actor("经理"), at=crew.noon + 5 * DAY).exists()


def test_refusals_of_answers(crew: Crew, late: WorkOrder) -> None:
    with pytest.raises(NotYourLevel):
        answer(crew, crew.actor("王主管"), step(late, 80), "provide_means")
    with pytest.raises(NotFound):
        answer(crew, crew.actor("李明"), step(late, 80), "reassign")
    with pytest.raises(NotFound):
        answer(crew, crew.cast.actor(Role.SITE_MANAGER, crew.cast.xh), step(late, 100), "reassign")
    with pytest.raises(NotFound):
        answer(crew, quality(crew), step(late, 80), "reassign")
    answer(crew, crew.actor("王主管"), step(late, 80), "hold")
    with pytest.raises(EscalationOver):
        answer(crew, crew.actor("王主管"), step(late, 80), "hold")
    assert EscalationResponse.objects.count() == 1


# Standards


def test_a_standard_is_adopted_previewed_and_taken_back(crew: Crew) -> None:
    day = date(2026, 12, 1)
    before = {(c.urgency, c.kind, c.name): (c.now, c.then) for c in queries.changes(crew.site, BY_STARS[5], day)}
    assert before["P3", "", "finish_minutes"] == (48 * 60, 24 * 60)
    assert ("P1", "", "acknowledge_minutes") not in before
    assert queries.changes(crew.site, BY_STARS[3], day) == []
    adoption = actions.adopt(actor=quality(crew), at=crew.noon, site=crew.site, stars=5, starts_on=day)
    assert queries.changes(crew.site, BY_STARS[5], day) == []
    assert queries.adopted_at(crew.site.pk, day - DAY) is None
    assert queries.adopted_at(crew.site.pk, day) == adoption
    actions.undo(actor=quality(crew), at=crew.noon, adoption_id=adoption.pk)
    assert not SlaPolicy.objects.filter(site=crew.site).exists()
    with pytest.raises(AlreadyUndone):
        actions.undo(actor=quality(crew), at=crew.noon, adoption_id=adoption.pk)
    with pytest.raises(NotFound):
        actions.adopt(actor=crew.actor("经理"), at=crew.noon, site=crew.site, stars=4, starts_on=day)
    actions.adopt(actor=quality(crew), at=crew.noon, site=crew.site, stars=4, starts_on=day)
    assert StandardAdoption.objects.filter(undone_at__isnull=True).count() == 1


def test_how_promises_were_kept_is_counted_from_the_clocks(crew: Crew) -> None:
    orders = [crew.order(), crew.order(), crew.order(kind="complaint")]
    summer = datetime.fromisoformat("2026-08-01T12:00+08:00")
    for order, stopped in zip(orders, (summer, None, summer + DAY), strict=True):
        SlaClock.objects.filter(order=order, stage="arrive").update(target_at=summer, stopped_at=stopped)
    assert queries.quarter_before(date(2026, 11, 4)) == (date(2026, 7, 1), date(2026, 10, 1))
    assert queries.quarter_before(date(2026, 1, 31)) == (date(2025, 10, 1), date(2026, 1, 1))
    rows = {(row.urgency, row.stage): row for row in queries.promises(crew.site.pk, date(2026, 11, 4))}
    arrive = rows["P3", "arrive"]
    assert (arrive.minutes, arrive.due, arrive.kept, arrive.percent) == (240, 2, 1, 50)
    assert rows["P1", "finish"].percent is None
