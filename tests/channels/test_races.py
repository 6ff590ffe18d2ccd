"""Two at once: nothing happens twice."""

import pytest

from tests.cast import Cast
from tests.channels.conftest import Exchange, Town
from tests.channels.test_other_doors import Panel
from zhongshu.cases.models import Case
from zhongshu.channels import actions, batch
from zhongshu.channels.errors import AlreadyDone
from zhongshu.channels.kinds import CallBackOutcome
from zhongshu.channels.models import Alarm, Call, CallBack, CallTold, HotlineSheet
from zhongshu.kernel.models import OutboxEvent
from zhongshu.simulation.mishaps import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_at_every_door(transactional_db, noon, later) -> None:
    """One town for all of it: building one costs more than the races."""
    exchange = Exchange.build(Town.build(Cast.assemble(), noon))
    town = exchange.town
    people = exchange.manager, exchange.taker  # made before the threads begin

    at_once(*[lambda: exchange.tell("c1", "ringing", extension="801")] * 3)
    assert (Call.objects.count(), CallTold.objects.count()) == (1, 1)
    assert OutboxEvent.objects.filter(name="channels.call_moved").count() == 1

    at_once(lambda: exchange.tell("c1", "missed"), lambda: exchange.tell("c2", "engaged"))
    task = CallBack.objects.get()
    assert task.calls.count() == 2

    def call_back():
        return actions.record_call_back(
            actor=people[1], at=later(minutes=1), call_back_id=task.pk, outcome=CallBackOutcome.REACHED
        )

    done = at_once(call_back, call_back)
    assert sum(isinstance(one, AlreadyDone) for one in done) == 1

    panel = Panel(town)
    assert panel.manager
    raised = at_once(panel.send, panel.send, lambda: panel.send(after=1))
    assert not [one for one in raised if isinstance(one, Exception)]
    assert (Alarm.objects.count(), Alarm.objects.get().times) == (1, 2)

    news = actions.SheetNews(number="HF1", text="电梯故障")
    at_once(*[lambda: actions.receive_sheet(actor=people[1], at=town.at, site=town.site, news=news)] * 2)
    assert HotlineSheet.objects.count() == 1
    assert Case.objects.count() == 2

    told = at_once(*[lambda: batch.tick(at=later(hours=1))] * 2)
    assert sum(one["hotline_alerts"] for one in told) == 1
