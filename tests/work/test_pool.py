"""The claim pool (抢单) and the supervisor who sends on: off by default, never for P1, never in silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cast import Cast
from tests.work.conftest import Crew
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.people.actions import set_handing
from zhongshu.people.kinds import TeamKind
from zhongshu.simulation.mishaps import at_once
from zhongshu.work import actions, batch, queries
from zhongshu.work.errors import AlreadyClaimed, MayNotClaim
from zhongshu.work.lifecycle import State
from zhongshu.work.models import OrderMove, WorkOrder
from zhongshu.work.policies.handing import handing

MIN = timedelta(minutes=1)


def hand(crew: Crew, way: str, **more: object) -> None:
    team = crew.team(TeamKind.ENGINEERING)
    set_handing(actor=crew.cast.system, at=crew.noon, team=team, **({"handing": way, "handing_minutes": 10} | more))


@pytest.mark.parametrize(
    ("way", "kinds", "kind", "urgency", "then"),
    [
        ("direct", (), "repair", "P3", "direct"),
        ("pool", (), "repair", "P3", "pool"),
        ("pool", ("cleaning",), "repair", "P3", "direct"),
        ("pool", ("repair",), "repair", "P2", "pool"),
        ("pool", (), "repair", "P1", "direct"),
        ("lead", (), "repair", "P1", "direct"),
        ("lead", ("cleaning",), "repair", "P4", "lead"),
    ],
)
def test_how_a_new_order_reaches_somebody(way: str, kinds: tuple[str, ...], kind: str, urgency: str, then: str) -> None:
    assert handing(way=way, pool_kinds=kinds, kind=kind, urgency=urgency) == then


def test_in_the_pool_it_waits_for_whoever_can_do_it_and_the_first_one_has_it(crew: Crew) -> None:
    hand(crew, "pool")
    order = crew.order()
    assert (order.state, order.waits_for, order.assignee) == (State.NEW, "pool", None)
    assert order.decisions.get().level == "pool"
    assert crew.inbox("张强") == crew.inbox("李明") == ["order_waits_for_pool"]

    def seen_by(name: str) -> list[WorkOrder]:
        return list(queries.pool(crew.actor(name), site_id=crew.site.pk, at=crew.noon))

    assert seen_by("张强") == seen_by("王主管") == [order]  # he may, the lead oversees
    assert seen_by("赵电") == seen_by("消控") == []  # without the skill; off shift
    with pytest.raises(MayNotClaim):
        actions.claim(actor=crew.actor("赵电"), at=crew.noon, order_id=order.pk)
    with pytest.raises(NotFound):
        actions.claim(actor=crew.cast.actor(Role.TECHNICIAN, crew.cast.xh), at=crew.noon, order_id=order.pk)

    claimed = actions.claim(actor=crew.actor("张强"), at=crew.noon + MIN, order_id=order.pk)
    assert (claimed.state, claimed.assignee, claimed.waits_until) == (State.ACCEPTED, crew.staff["张强"], None)
    with pytest.raises(AlreadyClaimed):
        actions.claim(actor=crew.actor("李明"), at=crew.noon + MIN, order_id=order.pk)


def test_what_nobody_claims_the_machine_dispatches(crew: Crew) -> None:
    hand(crew, "pool")
    order = crew.order()
    assert batch.tick(at=crew.noon + 9 * MIN)["orders_dispatched"] == 0
    assert batch.tick(at=crew.noon + 10 * MIN)["orders_dispatched"] == 1
    order.refresh_from_db()
    assert (order.state, order.waits_for) == (State.DISPATCHED, "")


def test_p1_waits_for_nobody_also_when_it_becomes_one(crew: Crew) -> None:
    hand(crew, "pool")
    assert crew.order(urgency="P1").state == State.DISPATCHED
    waiting = crew.order()
    actions.set_urgency(actor=crew.actor("王主管"), at=crew.noon, order_id=waiting.pk, urgency="P1", reason="喷水")
    waiting.refresh_from_db()
    assert (waiting.state, waiting.waits_for) == (State.DISPATCHED, "")


def test_nothing_waits_where_nobody_is_there_to_take_it(crew: Crew) -> None:
    hand(crew, "pool")
    crew.off()
    assert crew.order().waits_for == ""


def test_withdrawn_from_the_pool_it_waits_no_longer(crew: Crew) -> None:
    hand(crew, "pool")
    order = crew.order()
    actions.withdraw(actor=crew.actor("王主管"), at=crew.noon, order_id=order.pk, reason="不用了")
    with pytest.raises(Refusal):
        actions.claim(actor=crew.actor("张强"), at=crew.noon, order_id=order.pk)


def test_the_lead_sends_on_else_the_machine_does(crew: Crew) -> None:
    hand(crew, "lead")
    first, second = crew.order(), crew.order()
    assert (first.state, first.waits_for) == (State.NEW, "lead")
    assert crew.inbox("王主管") == ["order_waits_for_lead"] * 2
    lead = crew.actor("王主管")
    assert set(queries.sent_on_by(lead, site_id=crew.site.pk)) == {first, second}

    sent = actions.reassign(
        actor=lead, at=crew.noon + MIN, order_id=first.pk, reason="你去", staff_id=crew.staff["李明"].pk
    )
    assert (sent.state, sent.assignee, sent.waits_for) == (State.DISPATCHED, crew.staff["李明"], "")
    assert batch.tick(at=crew.noon + 10 * MIN)["orders_dispatched"] == 1


@pytest.mark.django_db(transaction=True)
def test_of_those_who_claim_at_once_one_has_it(transactional_db: None, make_crew: Callable[[Cast], Crew]) -> None:
    crew = make_crew(Cast.assemble())
    hand(crew, "pool")
    order = crew.order()
    rivals = [crew.actor("张强"), crew.actor("李明")]
    answers = at_once(*[lambda who=who: actions.claim(actor=who, at=crew.noon, order_id=order.pk) for who in rivals])
    assert [type(answer) for answer in answers if isinstance(answer, Refusal)] == [AlreadyClaimed]
    assert OrderMove.objects.filter(order=order, verb="accept").count() == 1
