"""Complaints: judged by who is not complained about, acted on by every role, and closed when all is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.errors import AlreadyJudged, MayNotClose, MayNotJudge, NothingToJudge, PointsOutOfBand
from zhongshu.cases.kinds import ComplaintKind, ComplaintSubject, Criterion, Severity
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import Complaint, ComplaintLine, Judgement
from zhongshu.cases.policies import complaints as rules
from zhongshu.cases.queries.complaints import judges_of
from zhongshu.cases.queries.standing import complaint_is_open, judgement_in_force
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.models import OutboxEvent
from zhongshu.messaging.models import Message
from zhongshu.people import actions as people
from zhongshu.people.kinds import TeamKind
from zhongshu.simulation.mishaps import at_once
from zhongshu.work.kinds import OrderKind, Urgency

RUDE = {"text": "保安态度很差，骂人", "category": "service_attitude", "urgency": Urgency.P3}
LEAD, MANAGER, QUALITY = Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.QUALITY
CRITERION = {
    Severity.NOT_UPHELD: Criterion.NO_FACTS,
    Severity.ORDINARY: Criterion.CURT,
    Severity.MEDIUM: Criterion.QUARREL,
    Severity.MAJOR: Criterion.HARM,
}
SHOWN = {"contact": "当面致歉", "feedback": "已整改并告知", "answer": Answer.CONTENT}


@pytest.fixture
def manor(town):
    """The town with a keeper led by the lead of customer service, and a site manager."""
    town.hire(Role.KEEPER, TeamKind.CUSTOMER_SERVICE)
    town.hire(MANAGER, TeamKind.MANAGEMENT)
    people.set_lead(
        actor=town.cast.system, at=town.at, team=town.teams[TeamKind.CUSTOMER_SERVICE], lead=town.staff[LEAD]
    )
    return town


def judge(town, case, severity=Severity.ORDINARY, points=-3, *, role=LEAD, act=cases.judge, **more):
    return act(
        actor=town.actor(role),
        at=town.at,
        case_id=case.pk,
        severity=severity,
        points=points,
        criteria=more.get("criteria", [CRITERION[severity]]),
        note_text=more.get("note_text", "已核实"),
    )


def record(town, case, role=Role.KEEPER, *, at=None, **shown):
    return cases.record_line(actor=town.actor(role), at=at or town.at, case_id=case.pk, **shown or SHOWN)


def test_an_ordinary_complaint_from_hearing_to_closing(manor, later):
    town = manor
    case = town.hear(**RUDE)
    complaint = Complaint.objects.get(case=case)
    assert (complaint.kind, complaint.judge_due_at, town.order(case).kind) == (
        ComplaintKind.COMPLAINT,
        later(hours=24),
        OrderKind.COMPLAINT,
    )
    judged = judge(town, case)
    assert (judged.upheld, judged.points) == (True, -3)
    event = OutboxEvent.objects.get(name="cases.complaint_judged")
    assert (event.payload["severity"], event.payload["points"]) == ("ordinary", -3)
    assert [line.role for line in ComplaintLine.objects.filter(case=case)] == [Role.KEEPER]
    town.do_the_work(case)
    assert case.state == CaseState.OPEN  # the keeper has shown nothing yet
    record(town, case, contact="电话致歉", feedback="已批评教育")
    assert complaint_is_open(case)
    record(town, case, answer=Answer.CONTENT)
    case.refresh_from_db()
    assert (case.state, town.call(case).reason) == (CaseState.FOLLOW_UP, "complaint")


def test_a_major_complaint_takes_three_roles_a_report_and_a_signature(manor):
    town = manor
    case = town.hear(**RUDE)
    judge(town, case, Severity.MAJOR, -20)
    assert ComplaintLine.objects.filter(case=case).count() == 3
    town.do_the_work(case)
    for role in (Role.KEEPER, LEAD):  # the lead stands in for the supervisor: the keeper's team is theirs
        record(town, case, role)
    record(town, case, MANAGER, contact="上门", feedback="已赔偿", answer=Answer.NOT_CONTENT)
    with pytest.raises(MayNotClose):
        cases.sign_line(actor=town.actor(MANAGER), at=town.at, case_id=case.pk, role=MANAGER, words="同意")
    cases.sign_line(actor=town.actor(QUALITY), at=town.at, case_id=case.pk, role=MANAGER, words="依法处理完毕")
    assert complaint_is_open(case)
    with pytest.raises(MayNotClose):
        cases.close_case(actor=town.actor(MANAGER), at=town.at, case_id=case.pk, words="关闭")
    cases.write_report(actor=town.actor(LEAD), at=town.at, case_id=case.pk, text="经过、原因、整改")
    case.refresh_from_db()
    assert case.state == CaseState.FOLLOW_UP
    readers = Message.objects.filter(kind="complaint_report").values_list("recipient__name", flat=True)
    assert set(readers) == {"site_manager", "quality"}


def test_who_holds_two_roles_records_once(town):
    town.hire(MANAGER, TeamKind.MANAGEMENT)
    case = town.hear(**RUDE | {"team_kind": TeamKind.MANAGEMENT})
    keeper = town.cast.user(MANAGER, town.site)
    judge(town, case, Severity.MAJOR, -11)
    ComplaintLine.objects.filter(case=case).update(holder=keeper)
    recorded = record(town, case, MANAGER)
    assert len(recorded) == 3
    assert all(line.answer == Answer.CONTENT for line in ComplaintLine.objects.filter(case=case))


def test_nobody_judges_a_complaint_about_themselves(manor):
    town = manor
    case = town.hear(**RUDE)
    lead = town.staff[LEAD].user
    noted = cases.note_complaint(
        actor=town.actor(Role.CALL_TAKER),
        at=town.at,
        case_id=case.pk,
        kind=ComplaintKind.COMPLAINT,
        subject=ComplaintSubject.ATTITUDE,
        against_user_id=lead.pk,
    )
    assert judges_of(noted, at=town.at) == (town.staff[MANAGER].user_id,)
    with pytest.raises(MayNotJudge):
        judge(town, case)
    with pytest.raises(NotFound):
        judge(town, case, role=Role.CALL_TAKER)
    assert not Judgement.objects.exists()
    judge(town, case, role=MANAGER)


def test_the_team_complained_about_has_a_lead_who_does_not_judge_and_an_owner_hands_over(manor):
    town = manor
    case = town.hear(**RUDE)
    noted = cases.note_complaint(
        actor=town.actor(Role.CALL_TAKER),
        at=town.at,
        case_id=case.pk,
        kind=ComplaintKind.COMPLAINT,
        against_user_id=case.owner_id,
        against_team_id=town.teams[TeamKind.CUSTOMER_SERVICE].pk,
    )
    case.refresh_from_db()
    assert judges_of(noted, at=town.at) == (town.staff[MANAGER].user_id,)
    assert case.owner == town.staff[MANAGER].user
    with pytest.raises(MayNotJudge):
        judge(town, case)


def test_points_outside_the_band_are_refused_with_the_band(manor):
    case = manor.hear(**RUDE)
    with pytest.raises(PointsOutOfBand, match="-2 … -5"):
        judge(manor, case, Severity.ORDINARY, -12)
    with pytest.raises(Invalid):
        judge(manor, case, Severity.ORDINARY, -3, criteria=[Criterion.HARM])
    with pytest.raises(Invalid):
        judge(manor, case, Severity.ORDINARY, -3, note_text=" ")
    assert not Judgement.objects.exists()
    judge(manor, case, Severity.MAJOR, -11)
    with pytest.raises(AlreadyJudged):
        judge(manor, case)


def test_quality_revises_by_reversal_and_a_new_judgement(manor, later):
    town = manor
    case = town.hear(**RUDE)
    first = judge(town, case, Severity.MEDIUM, -8)
    with pytest.raises(NotFound):
        judge(town, case, role=LEAD, act=cases.revise_judgement)
    second = judge(town, case, Severity.NOT_UPHELD, -1, role=QUALITY, act=cases.revise_judgement)
    assert [(row.points, row.reverses) for row in Judgement.objects.filter(case=case)] == [
        (-8, None),
        (8, first),
        (-1, None),
    ]
    assert judgement_in_force(case.pk) == second
    assert OutboxEvent.objects.filter(name="cases.judgement_reversed").get().payload["points"] == 8
    record(town, case, explanation="按规定办理，已详细解释")
    assert not complaint_is_open(case)


def test_suggestions_cost_a_point_and_compliments_nothing(manor):
    town = manor
    case = town.hear(**RUDE)
    said = {"actor": town.actor(Role.CALL_TAKER), "at": town.at, "case_id": case.pk}
    cases.note_complaint(**said, kind=ComplaintKind.COMPLIMENT)
    with pytest.raises(NothingToJudge):
        judge(town, case)
    assert not complaint_is_open(case)
    cases.note_complaint(**said, kind=ComplaintKind.SUGGESTION)
    assert not judge(town, case, Severity.NOT_UPHELD, -1, criteria=[Criterion.WISH]).upheld


def test_an_anonymous_complaint_is_judged_like_any_other(manor):
    case = manor.hear(**RUDE, place_text="小区东门")
    assert Complaint.objects.get(case=case).is_anonymous
    judge(manor, case)
    record(manor, case, contact="无法联系", feedback="门口公示处理结果", answer=Answer.UNREACHABLE)
    assert complaint_is_open(case)
    for _ in range(2):
        record(manor, case, answer=Answer.UNREACHABLE)
    assert not complaint_is_open(case)


def test_nobody_judged_in_time(manor, later):
    manor.hear(**RUDE)
    assert [batch.tick(at=later(hours=hours))["complaints"] for hours in (19, 21, 22)] == [0, 1, 0]
    assert [batch.tick(at=later(hours=hours))["late_complaints"] for hours in (23, 25, 26)] == [0, 1, 0]
    late = Message.objects.filter(kind="complaint_late").values_list("recipient__name", flat=True)
    assert set(late) == {"service_lead", "site_manager", "quality"}


def test_before_the_judgement_nothing_is_recorded_and_strangers_record_nothing(manor):
    case = manor.hear(**RUDE)
    with pytest.raises(NothingToJudge):
        record(manor, case)
    judge(manor, case)
    with pytest.raises(NotFound):
        record(manor, case, Role.CASHIER)
    with pytest.raises(Invalid):
        cases.record_line(actor=manor.actor(Role.KEEPER), at=manor.at, case_id=case.pk, contact=" ")


@given(st.sampled_from(Severity), st.integers(-60, 10))
def test_every_point_belongs_to_one_band_at_most(severity, points):
    bands = [each for each in Severity if rules.is_in_band(each, points)]
    assert len(bands) == (1 if -50 <= points <= -1 else 0)
    assert rules.is_in_band(severity, points) == (severity in bands)


@given(
    st.dictionaries(st.sampled_from(rules.JUDGES), st.lists(st.integers(1, 5), max_size=3)),
    st.frozensets(st.integers(1, 5)),
    st.booleans(),
)
def test_a_judge_is_never_complained_about(holders, against, has_desk):
    chosen = rules.judges(holders, against=against, has_desk=has_desk)
    assert not set(chosen) & against
    able = [role for role in rules.JUDGES if set(holders.get(role, [])) - against]
    assert bool(chosen) == bool([role for role in able if has_desk or role != Role.SERVICE_LEAD])


@pytest.mark.django_db(transaction=True)
def test_two_judge_at_once_and_one_judgement_stands(transactional_db, noon):
    town = Town.build(Cast.assemble(), noon)
    town.hire(MANAGER, TeamKind.MANAGEMENT)
    case = town.hear(**RUDE)
    told = at_once(lambda: judge(town, case), lambda: judge(town, case, Severity.MEDIUM, -7, role=MANAGER))
    assert sum(isinstance(each, Judgement) for each in told) == 1
    assert sum(isinstance(each, AlreadyJudged) for each in told) == 1
    assert OutboxEvent.objects.filter(name="cases.complaint_judged").count() == 1
