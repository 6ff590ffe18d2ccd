"""The demo company: as it was ordered, lived through by the real actions, and the same again from the same seed."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from zhongshu.cases.models import Case
from zhongshu.config.tick import tick
from zhongshu.estate.models import Account, CustomerPhone, Place
from zhongshu.identity.models import RoleGrant, Site
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.kernel.clock import day_of, now
from zhongshu.people.models import Staff
from zhongshu.simulation.charging import Charging
from zhongshu.simulation.demo import Demo
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.names import mobile_number
from zhongshu.simulation.world import World
from zhongshu.work.models import OrderMove, WorkOrder

PER_BUILDING = {
    "P1-1": 27 * 6,
    "P1-3": 18 * 6,
    "P1-7": 18 * 8,
    "P1-9": 18 * 8,
    "P1-10": 11 * 6,
    "P1-11": 11 * 6,
    "P2-1": 27 * 6,
    "P2-2": 11 * 6,
    "P2-10": 11 * 4,
}


def demo() -> Demo:
    return Demo(seed=7, days=1, tick=lambda at: tick(at=at))


@pytest.fixture
def yql(db: None) -> Site:
    """The demo with one day of history."""
    demo().make(progress=lambda share, words: None)
    return Site.objects.get(code="YQL")


def history(site: Site) -> list[tuple[object, ...]]:
    """Two days to come, lived and taken back: every move of every order."""
    start = day_of(now()) + timedelta(days=1)
    with transaction.atomic(), outbox.delivered_in_process():
        before = set(OrderMove.objects.values_list("pk", flat=True))
        without_bills = Charging(starts_on=date.max)
        world = World(site, seed=11, per_day=4, tick=lambda at: tick(at=at), charging=without_bills)
        world.live(start, at_hour(start, 48))
        moves = OrderMove.objects.exclude(pk__in=before).order_by("at", "order__number", "pk")
        lived: list[tuple[object, ...]] = list(
            moves.values_list("at", "order__number", "verb", "by_name", "order__title")
        )
        transaction.set_rollback(True)
    return lived


def test_the_company_is_the_one_that_was_ordered(yql: Site) -> None:
    units = Place.objects.filter(site=yql, kind="unit")
    for building, count in PER_BUILDING.items():
        assert units.filter(code__startswith=f"{building}-").count() == count, building
    kinds = {kind: Place.objects.filter(site=yql, kind=kind).count() for kind in ("building", "entrance", "lift")}
    assert kinds == {"building": 22, "entrance": 43, "lift": 86}
    codes = set(Place.objects.filter(site=yql).values_list("code", flat=True))
    assert {"PK-B1-236", "PK-B2-600", "PUB-B1-B-23", "PUB-B2-H-40", "PUB-GATE-E", "EQ-P1-3-2-L", "EQ-P1-3-2-R"} <= codes
    assert (Staff.objects.filter(site=yql).count(), Staff.objects.filter(site__code="XH").count()) == (60, 12)
    assert Place.objects.filter(site__code="XH", kind="unit").count() == 300
    assert Account.objects.filter(site=yql).count() > 2000
    assert not CustomerPhone.objects.exclude(number__startswith="154").exists()

    assert Case.objects.exists()
    assert Case.objects.filter(case_orders__isnull=True, incident__isnull=True).count() == 0
    assert WorkOrder.objects.filter(assignee__isnull=True, waits_for="", ended_at__isnull=True).count() == 0
    assert not outbox.undelivered().exists()
    assert len(demo().sign_ins().splitlines()) == 1 + len(Role)
    assert RoleGrant.objects.get(role=Role.RESIDENT).site == yql

    cases = Case.objects.count()
    demo().make(progress=lambda share, words: None)
    assert Case.objects.count() == cases

    lived = history(yql)
    assert len(lived) > 20
    assert history(yql) == lived


def test_numbers_are_given_out_once() -> None:
    assert len({mobile_number(serial) for serial in range(20_000)}) == 20_000
