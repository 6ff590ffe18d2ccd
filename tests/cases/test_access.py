"""Who may do what to a case: somebody who may not finds nothing, and nothing changes."""

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.models import CaseEntry
from zhongshu.cases.queries import calls_due, cases_visible
from zhongshu.cases.reveals import caller_of
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound
from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency

EVERYTHING = {
    "put_place_right": {"place_code": "P1-3-2-1502"},
    "correct_classification": {"category": "electrical"},
    "add_note": {"text": "备注"},
    "hand_over": {"to_user_id": 1, "reason": "换班"},
    "request_order": {"team_kind": TeamKind.SECURITY, "what": "看一下"},
    "sign_off_for_customer": {},
    "reopen_case": {"reason": "又坏了"},
    "close_case": {"words": "签字"},
    "withdraw_case": {"reason": "重复"},
}


def left_alone(case):
    before = case.state, case.owner_id, case.place_id, case.category
    case.refresh_from_db()
    assert (case.state, case.owner_id, case.place_id, case.category) == before
    assert CaseEntry.objects.filter(case=case).count() == 1
    assert not AuditEntry.objects.filter(verb__startswith="cases.").exclude(verb="cases.open").exists()


@pytest.mark.parametrize("verb", EVERYTHING)
def test_a_colleague_of_another_site_finds_nothing(town, verb):
    case = town.hear()
    colleague = town.cast.actor(Role.SITE_MANAGER, town.cast.xh)
    with pytest.raises(NotFound):
        getattr(cases, verb)(actor=colleague, at=town.at, case_id=case.pk, **EVERYTHING[verb])
    left_alone(case)


@pytest.mark.parametrize("verb", EVERYTHING)
def test_a_resident_finds_nothing(town, verb):
    case = town.hear()
    with pytest.raises(NotFound):
        getattr(cases, verb)(actor=town.actor(Role.RESIDENT), at=town.at, case_id=case.pk, **EVERYTHING[verb])
    left_alone(case)


@pytest.mark.parametrize("verb", sorted(EVERYTHING.keys() - {"add_note"}))
def test_a_technician_does_not_tend_what_others_own(town, verb):
    case = town.hear()
    with pytest.raises(NotFound):
        getattr(cases, verb)(actor=town.actor(Role.TECHNICIAN), at=town.at, case_id=case.pk, **EVERYTHING[verb])
    left_alone(case)


def test_a_cleaner_who_heard_it_tends_it(town):
    """An employee who heard a matter in the hallway owns it, and may put it right."""
    case = town.hear(role=Role.CLEANER)
    cleaner = town.actor(Role.CLEANER)
    cases.put_place_right(actor=cleaner, at=town.at, case_id=case.pk, place_code="P1-3-2-1502", reason="是一期")
    case.refresh_from_db()
    assert case.place.code == "P1-3-2-1502"


def test_field_staff_see_what_they_own_and_what_their_team_works_on(town):
    leak, own = town.hear(), town.hear("门口有垃圾", category="cleaning", role=Role.GUARD)
    assert set(cases_visible(town.actor(Role.TECHNICIAN))) == {leak}
    assert own in cases_visible(town.actor(Role.GUARD))
    assert leak not in cases_visible(town.actor(Role.GUARD))
    assert set(cases_visible(town.actor(Role.CASHIER))) == {leak, own}
    assert not cases_visible(town.cast.actor(Role.SITE_MANAGER, town.cast.xh)).exists()
    assert cases_visible(town.cast.actor(Role.HEAD_OFFICE)).count() == 2


def test_nobody_else_records_the_call(town):
    case = town.hear(urgency=Urgency.P2)
    town.do_the_work(case)
    call = town.call(case)
    for actor in (town.actor(Role.TECHNICIAN), town.actor(Role.RESIDENT), town.cast.actor(Role.QUALITY, town.cast.xh)):
        with pytest.raises(NotFound):
            cases.record_follow_up(actor=actor, at=town.at, follow_up_id=call.pk, answer=Answer.CONTENT)
        assert not call.attempts.exists()
    assert not calls_due(town.cast.actor(Role.QUALITY, town.cast.xh), town.site.pk).exists()


def test_the_number_of_a_caller_for_who_may_see_the_case(town):
    case = town.hear(caller_phone="15400010001")
    found = caller_of(town.actor(Role.CALL_TAKER), case.pk)
    assert (found.number, found.site_id) == ("15400010001", town.site.pk)
    assert caller_of(town.actor(Role.CALL_TAKER), 0) is None
    assert caller_of(town.actor(Role.GUARD), case.pk) is None
    assert caller_of(town.cast.actor(Role.CALL_TAKER, town.cast.xh), case.pk) is None
