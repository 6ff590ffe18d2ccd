"""Visits and surveys, lived through."""

from datetime import date, datetime

import pytest

from tests.cases.conftest import Town
from tests.cast import Cast
from tests.community.conftest import a_lane
from zhongshu.community import actions
from zhongshu.community.errors import AlreadyAnswered, LinkUnknown, SurveyOver, SurveySent
from zhongshu.community.jobs import of_day
from zhongshu.community.kinds import AnswerWay, Mood, Question, VisitManner
from zhongshu.community.models import Answer, DrawnVisit, Invitation, Survey, VisitDraw
from zhongshu.community.queries import surveys, visits
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import CustomerNotice, Message
from zhongshu.simulation.mishaps import at_once
from zhongshu.work.models import WorkOrder

HOME = "https://wy.example.cn"


def at_noon(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


def draw(town: Town, day: str) -> int:
    return actions.draw_visits(actor=town.cast.system, at=at_noon(day), site_id=town.site.pk)


def visit(town: Town, account_id: int, day: str, manner: VisitManner = VisitManner.DOOR, **facts):
    said = {"manner": manner, "mood": Mood.CONTENT, "words": "楼道灯亮了，谢谢"} | facts
    keeper = town.actor(Role.KEEPER)
    return actions.record_visit(actor=keeper, at=at_noon(day), account_id=account_id, **said)


def open_on(town: Town, day: str) -> list[int]:
    rows = visits.to_visit(town.actor(Role.KEEPER), town.site.pk, date.fromisoformat(day))
    return [row.account_id for row in rows]


def test_a_quarter_of_visits(lane: Town) -> None:
    """Three accounts: one by October, two by November, three by December."""
    assert draw(lane, "2026-10-07") == 0  # the holidays last until the 8th
    assert draw(lane, "2026-10-08") == 1
    assert draw(lane, "2026-10-09") == 0  # once a month
    first = DrawnVisit.objects.get()
    assert open_on(lane, "2026-10-31") == [first.account_id]
    visit(lane, first.account_id, "2026-10-20", VisitManner.TELEPHONE)
    assert open_on(lane, "2026-10-31") == [first.account_id]  # a call is no visit
    assert open_on(lane, "2026-12-31") == [first.account_id]  # it rolls on
    visit(lane, first.account_id, "2026-11-03")
    assert open_on(lane, "2026-12-31") == []
    assert draw(lane, "2026-11-04") == 1  # late, but drawn
    assert draw(lane, "2026-12-01") == 1
    assert len(open_on(lane, "2026-12-31")) == 2
    assert open_on(lane, "2027-01-01") == []  # the quarter is over
    (row,) = visits.coverage(lane.actor(Role.SITE_MANAGER), lane.site.pk, date(2026, 10, 1))
    assert (row.accounts, row.drawn, row.visited, row.telephoned, row.percent) == (3, 3, 1, 0, 33.3)


def test_a_visit_that_was_made_anyway_needs_no_draw_and_who_was_skipped_comes_first(lane: Town) -> None:
    accounts = [one.account_id for one in visits.scored(lane.site.pk, date(2026, 7, 1))]
    visit(lane, accounts[0], "2026-07-01")
    assert draw(lane, "2026-07-01") == 0  # ceil(0.9) is made
    assert draw(lane, "2026-09-01") == 2
    visit(lane, accounts[1], "2026-09-02")
    draw(lane, "2026-10-08")
    assert [row.account_id for row in DrawnVisit.objects.filter(quarter="2026-10-01")] == [accounts[2]]


def test_a_draw_can_be_shown_again(lane: Town) -> None:
    draw(lane, "2026-12-01")
    found = VisitDraw.objects.get()
    chosen = set(found.visits.values_list("account_id", flat=True))
    assert set(visits.shown_again(found)) == chosen
    assert (found.population, found.count, len(found.candidates)) == (3, 3, 3)


def test_a_visit_is_dated_within_the_quarter_and_strangers_record_none(lane: Town) -> None:
    account = visits.scored(lane.site.pk, date(2026, 10, 1))[0].account_id
    for day in (date(2026, 9, 30), date(2026, 11, 5)):
        with pytest.raises(Invalid):
            visit(lane, account, "2026-11-04", on=day)
    with pytest.raises(NotFound):
        actions.record_visit(
            actor=lane.cast.actor(Role.KEEPER, lane.cast.xh), at=lane.at, account_id=account,
            manner=VisitManner.DOOR, mood=Mood.MIXED,
        )  # fmt: skip


def ask(town: Town) -> tuple[Survey, dict[int, str]]:
    """The quarter's survey, and the secret of each link as customers got it."""
    survey = actions.send_survey(actor=town.actor(Role.SERVICE_LEAD), at=town.at, site=town.site, home=HOME)
    bodies = CustomerNotice.objects.filter(kind="survey").values_list("dedupe_key", "body")
    return survey, {int(key.split(":")[-1]): body.rsplit("/", 1)[1] for key, body in bodies}


def marks(**changed: int) -> dict[str, int]:
    return {question.value: 5 for question in Question} | changed


def answer(town: Town, token: str, **facts) -> Answer:
    said = {"marks": marks(), "problem": "", "at": town.at} | facts
    return actions.answer_by_link(actor=town.cast.system, token=token, **said)


def test_a_survey_from_sending_to_its_summary(lane: Town) -> None:
    survey, links = ask(lane)
    assert len(links) == 3  # nobody lives in the fourth
    with pytest.raises(SurveySent):
        ask(lane)
    first, second, third = links
    assert answer(lane, links[first]).order is None
    low = answer(lane, links[second], marks=marks(cleaning=2), problem="电梯里总有垃圾没人扫")
    assert (low.order.account_id, low.order.assignee.user.name) == (second, "keeper")
    paper = Invitation.objects.get(account=third)
    actions.type_answer(
        actor=lane.actor(Role.CALL_TAKER), at=lane.at, invitation_id=paper.pk, marks=marks(keeper=1), problem=""
    )
    assert Answer.objects.get(invitation=paper).way == AnswerWay.PAPER
    assert WorkOrder.objects.count() == 2
    keeper = lane.actor(Role.KEEPER)
    (row,) = surveys.results(keeper, survey)
    assert (row.asked, row.answered, row.means[Question.CLEANING], row.followed) == (3, 3, 4.0, 2)
    (group,) = surveys.problems(surveys.answers_seen(keeper, survey))
    assert (group.category, [words for _place, words in group.problems]) == ("cleaning", ["电梯里总有垃圾没人扫"])
    of_day(at=at_noon("2027-01-01"))
    assert Message.objects.filter(kind="report_survey").count() == 1


def test_a_link_cannot_be_guessed_answered_twice_or_used_late(lane: Town) -> None:
    _survey, links = ask(lane)
    first, second, _third = links.values()
    assert not Invitation.objects.filter(digest__in=links.values()).exists()  # what is kept opens nothing
    with pytest.raises(LinkUnknown):
        answer(lane, first[:-1])
    with pytest.raises(Invalid):
        answer(lane, first, marks=marks(keeper=6))
    answer(lane, first)
    with pytest.raises(AlreadyAnswered):
        answer(lane, first, marks=marks(keeper=1))
    with pytest.raises(SurveyOver):
        answer(lane, second, at=at_noon("2027-01-01"))
    assert Answer.objects.count() == 1


def test_two_answer_at_once_and_one_is_kept(transactional_db: None, noon: datetime) -> None:
    town = a_lane(Cast.assemble(), noon)
    _survey, links = ask(town)
    token = next(iter(links.values()))
    done = at_once(*[lambda: _tried(town, token)] * 2)
    assert sorted(done) == [False, True]


def _tried(town: Town, token: str) -> bool:
    try:
        answer(town, token)
    except AlreadyAnswered:
        return False
    return True


def test_the_day_draws_and_asks_by_itself_once(lane: Town) -> None:
    assert of_day(at=at_noon("2026-10-08")) == {"visits_drawn": 1, "surveys_sent": 0}
    assert of_day(at=at_noon("2026-11-02")) == {"visits_drawn": 1, "surveys_sent": 1}
    assert of_day(at=at_noon("2026-11-03")) == {"visits_drawn": 0, "surveys_sent": 0}
