"""Two matters in one message, and one matter told twice."""

from datetime import timedelta

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases.actions import Part
from zhongshu.cases.errors import IllegalCaseMove
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.models import Case, CaseEntry
from zhongshu.cases.policies.matters import is_leak, rain_call_opens_on, refused_until
from zhongshu.cases.queries.repeats import linked_to, repeat_callers, told_before
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message
from zhongshu.work.kinds import Urgency

TWO = "家里马桶堵了，水下不去。另外小区东门的门禁坏了，刷卡没反应"


def hear(town, text=TWO, **more):
    words = {"channel": Channel.TELEPHONE, "place_text": "二期3栋2单元1502"} | more
    return cases.open_cases(actor=town.actor(Role.CALL_TAKER), at=town.at, site=town.site, text=text, **words)


def numbers(rows):
    return {case.number for case in rows}


def test_two_matters_in_one_message_are_two_linked_cases_for_two_places(town):
    first = hear(town)
    (second,) = first.linked
    assert (first.case.category, second.case.category) == ("plumbing", "access_control")
    assert (first.case.place.code, second.case.place.code) == ("P2-3-2-1502", "PUB-GATE-E")
    assert first.order.pk != second.order.pk
    assert numbers(linked_to(first.case)) == {second.case.number}
    assert numbers(linked_to(second.case)) == {first.case.number}
    assert CaseEntry.objects.filter(kind=EntryKind.LINKED).count() == 2


def test_one_matter_or_a_category_decided_is_one_case(town):
    assert hear(town, "厨房水龙头一直滴水").linked == ()
    assert hear(town, category="plumbing").linked == ()
    assert Case.objects.count() == 2


def test_the_call_taker_tells_them_apart_by_hand(town):
    parts = [
        Part(text="马桶堵了", category="plumbing"),
        Part(text="门禁坏了", category="access_control", urgency=Urgency.P2),
        Part(text="草坪有个坑", category="landscaping"),
    ]
    intake = hear(town, parts=parts)
    assert [each.case.category for each in (intake, *intake.linked)] == ["plumbing", "access_control", "landscaping"]
    assert intake.linked[0].case.urgency == Urgency.P2
    assert len(linked_to(intake.linked[1].case)) == 2


def test_a_second_matter_found_later_is_split_off(town):
    case = town.hear(TWO, category="plumbing")
    other = cases.split_off(actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, text="东门门禁坏了").case
    assert other.heard_with == case
    with pytest.raises(Invalid):
        cases.split_off(actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, text=" ")


def test_told_again_it_is_counted_and_the_owner_hears_of_it(town, later):
    account = town.move_in("P2-3-2-1502")
    case = town.hear(category="plumbing")
    earlier = told_before(site_id=town.site.pk, category="plumbing", account_number=account.number, at=later(days=2))
    assert (earlier.times, earlier.open_case) == (2, case)
    said = {"actor": town.actor(Role.GUARD), "case_id": case.pk, "channel": Channel.EMPLOYEE, "text": "还没来人"}
    for times in (1, 2):
        cases.add_further_call(at=later(hours=times), **said)
    case.refresh_from_db()
    told = Message.objects.filter(kind="case_urged").values_list("recipient__name", flat=True)
    assert case.further_call_count == 2
    assert set(told) >= {"call_taker", "service_lead"}
    earlier = told_before(site_id=town.site.pk, category="plumbing", place_code=case.place.code, at=later(days=2))
    assert earlier.times == 4
    (often,) = repeat_callers(town.site.pk, at=later(days=1))
    assert (often.account_number, often.times) == (account.number, 3)


def test_another_category_another_time_or_nowhere_is_no_repeat(town, later):
    case = town.hear(category="plumbing")
    cases.withdraw_case(actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, reason="说错了")
    place = case.place.code

    def times(**about):
        words = {"site_id": town.site.pk, "category": "plumbing", "place_code": place, "at": town.at}
        return told_before(**words | about).times

    assert times() == 1
    town.hear(category="plumbing")
    assert times() == 2
    assert times(category="cleaning") == times(place_code="") == 1
    Case.objects.update(state=CaseState.CLOSED, closed_at=town.at)
    assert times(at=later(days=8)) == 1


def test_a_closed_case_and_a_stranger_are_refused(town, cast):
    case = town.hear(category="plumbing")
    with pytest.raises(NotFound):
        cases.add_further_call(
            actor=cast.actor(Role.CALL_TAKER, cast.xh), at=town.at, case_id=case.pk, channel=Channel.TELEPHONE
        )
    cases.withdraw_case(actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, reason="说错了")
    with pytest.raises(IllegalCaseMove):
        cases.add_further_call(
            actor=town.actor(Role.CALL_TAKER), at=town.at, case_id=case.pk, channel=Channel.TELEPHONE
        )
    assert not case.further_calls.exists()


@pytest.mark.parametrize(
    ("category", "text", "leaks"),
    [
        ("building_fabric", "卧室外墙渗水，墙皮发霉", True),
        ("plumbing", "顶楼天花漏水", True),
        ("plumbing", "厨房水龙头滴水", False),
        ("cleaning", "楼道漏雨", False),
        ("building_fabric", "入户门变形", False),
    ],
)
def test_what_the_rain_will_show(category, text, leaks):
    assert is_leak(category, text) is leaks


def test_the_call_comes_the_day_after_the_first_rain(someday):
    closed = someday("2026-11-04")
    rain = [someday("2026-11-02"), someday("2026-11-06"), someday("2026-11-09")]
    assert rain_call_opens_on(closed, rain, someday("2026-11-06")) is None
    assert rain_call_opens_on(closed, rain, someday("2026-11-07")) == someday("2026-11-07")
    assert rain_call_opens_on(closed, rain[:1], someday("2026-12-01")) is None


def test_a_refusal_is_respected_for_months(noon):
    assert refused_until(noon, 6).isoformat() == "2027-05-04"
    assert refused_until(noon + timedelta(days=27), 3).isoformat() == "2027-03-01"
