"""Twice at once is once; of two who come both are counted and one is the first."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.scene.conftest import SceneCrew, with_guards
from tests.work.conftest import Crew
from zhongshu.kernel.models import OutboxEvent
from zhongshu.scene import actions, batch
from zhongshu.scene.models import Assistance, Entry
from zhongshu.scene.queries import chain_is_whole
from zhongshu.simulation.mishaps import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew(transactional_db: None, make_crew: Callable[[Cast], Crew]) -> SceneCrew:
    return with_guards(make_crew(Cast.assemble()))


def test_a_call_sent_twice_at_once_two_who_accept_and_two_ticks(crew: SceneCrew) -> None:
    first, second = at_once(crew.sos, lambda: crew.sos(key="k2"))
    assert first == second
    assert Assistance.objects.count() == 1

    later = crew.noon + timedelta(minutes=2)
    ticks = at_once(*[lambda: batch.tick(at=later)] * 2)
    assert sum(done["calls_widened"] for done in ticks) == 1

    at_once(
        *[
            lambda name=name: actions.accept(actor=crew.actor(name), at=later, call_id=first.pk)
            for name in ("保安甲", "保安乙")
        ]
    )
    first.refresh_from_db()
    assert first.state == "coming"
    assert first.helpers.filter(accepted_at__isnull=False).count() == 2
    moved = OutboxEvent.objects.filter(name="scene.assistance_moved", payload__to_state="coming")
    assert moved.count() == 1
    assert chain_is_whole(first.number, Entry.objects.filter(assistance=first))
