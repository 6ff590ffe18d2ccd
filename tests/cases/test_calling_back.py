"""Who is called back, by whom, after the rain, and who wants to be left in peace."""

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.kinds import CallReason
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import CallRefusal, FollowUp, RainDay
from zhongshu.estate import actions as estate
from zhongshu.identity.models import Site
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency

DESK = Role.CALL_TAKER
LEAK = {
    "text": "卧室外墙渗水，墙皮发霉",
    "category": "building_fabric",
    "urgency": Urgency.P2,
    "caller_phone": "15400010001",
}


def answer(town, case, said=Answer.CONTENT, *, at, **more):
    return cases.record_follow_up(actor=town.actor(DESK), at=at, follow_up_id=town.call(case).pk, answer=said, **more)


def rain(town, at):
    return cases.record_rain(actor=town.actor(DESK), at=at, site=town.site, on=day_of(at))


def closed_leak(town, later):
    case = town.hear(**LEAK)
    town.do_the_work(case)
    answer(town, case, at=later(hours=2), score=5)
    case.refresh_from_db()
    assert (case.state, case.rain_watched_from) == (CaseState.CLOSED, day_of(town.at))
    return case


def test_a_mended_leak_is_asked_about_the_day_after_the_next_rain(town, later):
    case = closed_leak(town, later)
    assert batch.tick(at=later(days=2))["rain_calls"] == 0
    rain(town, later(days=3))
    assert batch.tick(at=later(days=3))["rain_calls"] == 0
    assert [batch.tick(at=later(days=4))["rain_calls"] for _ in range(2)] == [1, 0]
    call = town.call(case)
    assert (call.reason, call.due_at) == (CallReason.RAIN, later(days=6))
    answer(town, case, at=later(days=5))
    case.refresh_from_db()
    assert (case.state, case.closures.count()) == (CaseState.CLOSED, 1)


def test_it_still_leaks(town, later):
    case = closed_leak(town, later)
    rain(town, later(days=1))
    batch.tick(at=later(days=2))
    answer(town, case, Answer.NOT_CONTENT, at=later(days=2), words="一下雨又渗了")
    case.refresh_from_db()
    assert (case.state, case.reopened_count) == (CaseState.OPEN, 1)


def test_rain_is_recorded_once_and_not_for_tomorrow(town, later):
    for _ in range(2):
        rain(town, town.at)
    assert RainDay.objects.count() == 1
    with pytest.raises(Invalid):
        cases.record_rain(actor=town.actor(DESK), at=town.at, site=town.site, on=day_of(later(days=1)))
    with pytest.raises(NotFound):
        cases.record_rain(actor=town.actor(Role.GUARD), at=town.at, site=town.site, on=day_of(town.at))


def test_who_does_not_want_to_be_called_is_left_in_peace_for_months(town, later):
    case = town.hear(**LEAK | {"text": "空调孔要补", "category": "building_fabric"})
    town.do_the_work(case)
    with pytest.raises(Invalid):
        answer(town, case, Answer.REFUSED, at=later(hours=2), score=3)
    answer(town, case, Answer.REFUSED, at=later(hours=2), words="以后别打电话")
    case.refresh_from_db()
    assert (case.state, CallRefusal.objects.get().until_on.isoformat()) == (CaseState.CLOSED, "2027-05-04")

    again = town.hear(**LEAK)
    town.do_the_work(again)
    assert again.state == CaseState.CLOSED
    made = FollowUp.objects.get(case=again)
    assert made.done_at is not None
    assert made.attempts.get().answer == Answer.REFUSED
    other = town.hear(**LEAK | {"caller_phone": "15400010002"})
    town.do_the_work(other)
    assert other.state == CaseState.FOLLOW_UP


@pytest.mark.parametrize(("model", "expected"), [("centre", None), ("lean", Role.KEEPER), ("small", Role.SITE_MANAGER)])
def test_who_calls_back_follows_the_operating_model_and_stays(town, later, model, expected):
    for role in (Role.KEEPER, Role.SITE_MANAGER):
        town.hire(role, TeamKind.CUSTOMER_SERVICE)
    estate.assign_territory(
        actor=town.cast.system,
        at=town.at,
        place=town.place("P2"),
        keeper=town.staff[Role.KEEPER].user,
        starts_on=day_of(town.at),
    )
    Site.objects.filter(pk=town.site.pk).update(operating_model=model)
    case = town.hear(**LEAK)
    town.do_the_work(case)
    assert town.call(case).caller == (town.staff[expected].user if expected else None)
    Site.objects.filter(pk=town.site.pk).update(operating_model="centre")
    assert town.call(case).caller == (town.staff[expected].user if expected else None)
