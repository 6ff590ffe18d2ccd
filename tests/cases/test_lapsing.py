"""Small matters that nobody signs: the owner is reminded once, then silence signs."""

import pytest

from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.defaults import seed
from zhongshu.cases.kinds import EntryKind
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.queries.standing import rules_of
from zhongshu.identity.models import AuditEntry
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid
from zhongshu.messaging.models import Message
from zhongshu.work.kinds import Urgency
from zhongshu.work.lifecycle import State

RULES = {"repeat_days": 7, "alike_hours": 4, "check_back_hours": 24, "check_back_latest_hours": 48}
RULES |= {"judge_hours": 24, "refusal_months": 6}


@pytest.fixture
def undrawn(monkeypatch):
    """The lot falls on nobody: nobody is called back."""
    monkeypatch.setattr("zhongshu.cases.policies.is_drawn", lambda number, percent: False)


@pytest.fixture
def finished(town, undrawn):
    """A P3 case, done at 13:00."""
    return town.do_the_work(town.hear(urgency=Urgency.P3))


def tick(at):
    done = batch.tick(at=at)
    return done["unsigned_reminded"], done["signed_by_lapse"]


def reminders(town):
    return Message.objects.filter(kind="case_unsigned", recipient=town.staff[Role.CALL_TAKER].user).count()


def test_the_owner_is_reminded_once_and_then_silence_signs(town, finished, later):
    assert [tick(later(days=days)) for days in (3, 3.1, 4, 7)] == [(0, 0), (1, 0), (0, 0), (0, 0)]
    assert reminders(town) == 1
    assert [tick(later(days=8)), tick(later(days=9))] == [(0, 1), (0, 0)]
    town.deliver(finished, at=later(days=9))
    assert (finished.state, finished.sign_lapses_at) == (CaseState.CLOSED, None)
    assert town.order(finished).state in (State.SIGNED_OFF, State.CLOSED)
    assert "视为验收" in finished.entries.get(kind=EntryKind.CLOSED).text
    assert "视为验收" in finished.closures.get().note
    assert "视为验收" in AuditEntry.objects.get(verb="cases.close").after["why"]


def test_a_later_word_of_the_customer_opens_it_again(town, finished, later):
    tick(later(days=3.1)), tick(later(days=8))
    clerk = town.actor(Role.CALL_TAKER)
    case = cases.reopen_case(actor=clerk, at=later(days=10), case_id=finished.pk, reason="客户说又漏了")
    town.deliver(case, at=later(days=10))
    assert (case.state, case.sign_lapses_at) == (CaseState.OPEN, None)
    assert tick(later(days=30)) == (0, 0)


def test_whoever_asks_again_or_is_reminded_late_has_the_full_time(town, finished, later):
    clerk = town.actor(Role.CALL_TAKER)
    cases.add_further_call(actor=clerk, at=later(days=3), case_id=finished.pk, channel=Channel.TELEPHONE)
    assert tick(later(days=5)) == (0, 0)
    assert [tick(later(days=days)) for days in (20, 23, 25)] == [(1, 0), (0, 0), (0, 1)]


def test_more_work_and_a_signature_both_end_the_waiting(town, finished, later):
    clerk = town.actor(Role.CALL_TAKER)
    cases.request_order(
        actor=clerk, at=later(hours=3), case_id=finished.pk, team_kind="engineering", what="再换一个角阀"
    )
    assert tick(later(days=9)) == (0, 0)
    town.do_the_work(finished, at=later(days=10))
    assert tick(later(days=13.1)) == (1, 0)
    cases.sign_off_for_customer(actor=clerk, at=later(days=14), case_id=finished.pk)
    assert tick(later(days=30)) == (0, 0)


@pytest.mark.parametrize("kind", ["complaint", "referral"])
def test_complaints_and_referrals_wait_for_a_person(town, undrawn, later, kind):
    case = town.hear(urgency=Urgency.P3)
    clerk = town.actor(Role.CALL_TAKER)
    if kind == "referral":
        seed("default")
        referral = cases.refer(actor=clerk, at=town.at, case_id=case.pk, body_code="police")
        cases.check_back(actor=clerk, at=later(hours=2), referral_id=referral.pk, outcome="helped")
    else:
        cases.note_complaint(actor=clerk, at=town.at, case_id=case.pk, kind="suggestion", subject="other")
    town.do_the_work(case)
    assert [tick(later(days=days)) for days in (4, 9)] == [(0, 0), (0, 0)]


def test_a_site_sets_its_days(town, undrawn, later):
    manager, said = town.cast.actor(Role.SITE_MANAGER, town.site, at=town.at), {"site": town.site, "at": town.at}
    with pytest.raises(Invalid):
        cases.set_rules(actor=manager, **said, **RULES, sign_remind_days=5, sign_lapse_days=5)
    assert rules_of(town.site.pk, town.at).sign_lapse_days == 7
    cases.set_rules(actor=manager, **said, **RULES, sign_remind_days=1, sign_lapse_days=2)
    town.do_the_work(town.hear(urgency=Urgency.P4))
    assert [tick(later(days=1.1)), tick(later(days=2.2))] == [(1, 0), (0, 1)]
