"""Everything may run beside itself: one of two wins, and nothing is done twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.work.conftest import Crew
from zhongshu.kernel.errors import Refusal
from zhongshu.messaging.models import Message
from zhongshu.simulation.mishaps import at_once
from zhongshu.work import actions, batch
from zhongshu.work.errors import IllegalMove
from zhongshu.work.models import EscalationStep, OrderMove, WorkOrder

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crew(transactional_db: None, make_crew: Callable[[Cast], Crew]) -> Crew:
    return make_crew(Cast.assemble())


def test_the_same_move_twice_at_once_is_made_once(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    actor = crew.actor("张强")

    answers = at_once(*[lambda: actions.accept(actor=actor, at=crew.noon, order_id=order.pk)] * 2)

    assert sorted(type(answer) for answer in answers if isinstance(answer, Refusal)) == [IllegalMove]
    assert OrderMove.objects.filter(order=order, verb="accept").count() == 1


def test_accepting_and_withdrawing_at_once_end_in_a_state_of_the_table(crew: Crew) -> None:
    order = crew.order(assignee=crew.staff["张强"])
    assignee, lead = crew.actor("张强"), crew.actor("王主管")

    at_once(
        lambda: actions.accept(actor=assignee, at=crew.noon, order_id=order.pk),
        lambda: actions.withdraw(actor=lead, at=crew.noon, order_id=order.pk, reason="不用了"),
    )
    order.refresh_from_db()
    assert order.state == "withdrawn"
    assert order.moves.last().to_state == "withdrawn"  # type: ignore[union-attr]


def test_two_ticks_beside_each_other_fire_each_step_once(crew: Crew) -> None:
    for _ in range(6):
        crew.order(assignee=crew.staff["张强"])
    later = crew.noon + timedelta(days=9)

    first, second = at_once(lambda: batch.tick(at=later), lambda: batch.tick(at=later))

    assert first["steps_fired"] + second["steps_fired"] == 6 * 15
    assert not EscalationStep.objects.filter(fired_at__isnull=True).exists()
    assert Message.objects.filter(kind="escalation").count() == 6 * 15


def test_numbers_have_no_gaps_and_no_twins(crew: Crew) -> None:
    at_once(*[crew.order] * 4)
    numbers = sorted(WorkOrder.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003", "0004"]
