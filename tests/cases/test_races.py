"""Two at once: one wins, nothing happens twice."""

import pytest

from tests.cases.conftest import Town
from tests.cast import Cast
from zhongshu.cases import actions as cases
from zhongshu.cases import batch
from zhongshu.cases.errors import AlreadyAnswered
from zhongshu.cases.lifecycle import Answer, CaseState, Channel
from zhongshu.cases.models import Case, CaseClosure, FollowUp, FollowUpAttempt
from zhongshu.identity.roles import Role
from zhongshu.kernel.once import once
from zhongshu.messaging.models import Message
from zhongshu.simulation.mishaps import at_once
from zhongshu.work.kinds import Urgency
from zhongshu.work.models import WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy_town(transactional_db, noon):
    return Town.build(Cast.assemble(), noon)


def test_two_record_the_same_call(busy_town, later):
    town = busy_town
    case = town.hear(urgency=Urgency.P2)
    town.do_the_work(case)
    call, desk = town.call(case), town.actor(Role.CALL_TAKER)

    def answer():
        return cases.record_follow_up(actor=desk, at=later(hours=2), follow_up_id=call.pk, answer=Answer.CONTENT)

    told = at_once(answer, answer)
    assert sum(isinstance(one, FollowUpAttempt) for one in told) == 1
    assert sum(isinstance(one, AlreadyAnswered) for one in told) == 1
    assert FollowUpAttempt.objects.count() == CaseClosure.objects.count() == 1


def test_news_of_two_orders_at_once_draws_one_call(busy_town, later):
    town = busy_town
    case = town.hear(urgency=Urgency.P2)
    town.do_the_work(case)
    FollowUp.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(state=CaseState.OPEN)

    def settle():
        return town.settle(case, at=later(hours=2))

    at_once(settle, settle, settle)
    assert FollowUp.objects.filter(case=case).count() == 1


def test_two_requests_with_one_key_make_one_case(busy_town):
    town = busy_town
    desk = town.actor(Role.CALL_TAKER)

    def hear():
        def act():
            said = cases.open_case(
                actor=desk, at=town.at, site=town.site, text="水龙头滴水", channel=Channel.API, place_code="P2-3-2-1502"
            )
            return {"number": said.case.number}

        return once(scope="test", key="k", said=b"{}", at=town.at, act=act)

    told = at_once(hear, hear, hear)
    assert told[0] == told[1] == told[2]
    assert Case.objects.count() == WorkOrder.objects.count() == 1


def test_two_ticks_tell_of_an_overdue_call_once(busy_town, later):
    town = busy_town
    case = town.hear(urgency=Urgency.P2)
    town.do_the_work(case)

    def tick():
        return batch.tick(at=later(days=3))

    told = at_once(tick, tick)
    assert sum(done["overdue_calls"] for done in told) == 1
    assert sum(done["overdue_calls_to_lead"] for done in told) == 1
    assert Message.objects.filter(kind="call_overdue").count() == 2
