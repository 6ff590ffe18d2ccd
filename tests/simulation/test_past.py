"""The money of a demo's past: lived day by day by a job, whole days or nothing, and told on a page."""

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from zhongshu.billing.models import Charge, Dispute, Payment
from zhongshu.identity.models import RoleGrant
from zhongshu.identity.roles import Role
from zhongshu.kernel import outbox
from zhongshu.simulation import past
from zhongshu.simulation.company import small_company
from zhongshu.simulation.hours import at_hour, midnight
from zhongshu.simulation.models import Past
from zhongshu.simulation.unfinished import take_up

FIRST, FOUNDED = date(2025, 1, 1), date(2026, 3, 3)
ENDS = date(2025, 1, 4)


def clock() -> datetime:
    return at_hour(FOUNDED, 12)


@pytest.fixture
def lived(db: None) -> Past:
    """A site whose past ends after three days, of which none is lived."""
    past.begin([small_company(seed=3, units=12, first=FIRST)], seed=3, today=FOUNDED, at=clock())
    Past.objects.update(ends_on=ENDS)
    return Past.objects.get()


def test_the_past_begins_fourteen_months_before() -> None:
    assert past.first_day(FOUNDED) == FIRST


def test_a_day_is_lived_whole_or_not_at_all(lived: Past, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    deliver, days = past._deliver, list[Any]()

    def die_on_the_second(*day: Any) -> None:
        days.append(day)
        if len(days) == 2:
            raise RuntimeError("killed")
        deliver(*day)

    monkeypatch.setattr(past, "_deliver", die_on_the_second)
    with pytest.raises(RuntimeError, match="killed"):
        past.live_on(clock, seconds=600)
    lived.refresh_from_db()
    assert lived.lived_until == date(2025, 1, 2)
    charges = Charge.objects.count()
    assert charges > 12
    assert not Payment.objects.filter(recorded_at__gte=midnight(lived.lived_until)).exists()

    grant = RoleGrant.objects.filter(role=Role.FINANCE, site=lived.site).select_related("user")[0]
    client.force_login(grant.user)
    assert "2025-01-02" in client.get("/demo/").content.decode()
    assert "hx-get" in client.get("/demo/").content.decode()

    assert not past.live_on(clock, seconds=600)
    lived.refresh_from_db()
    assert (lived.is_whole, lived.percent) == (True, 100)
    assert Charge.objects.filter(run__isnull=False).count() == charges
    assert Payment.objects.exists()
    assert not outbox.undelivered().exists()
    assert "hx-get" not in client.get("/demo/").content.decode()
    assert not past.live_on(clock)


def test_what_was_under_way_goes_on_after_a_kill(lived: Past) -> None:
    past.live_on(clock, seconds=600)
    charge = Charge.objects.filter(item__code="WYF")[0]
    dispute = Dispute.objects.create(site=lived.site, charge=charge, starts_on=FIRST, reason="面积不对")
    world = past.PastWorld(lived.site, seed=3, first=FIRST, behaviours=lambda world: [])
    take_up(world, ENDS)
    ended_by = at_hour(FIRST, 24 * 21)
    while (due := world.diary.next_at()) and due < ended_by:
        world.live_one()
    dispute.refresh_from_db()
    assert dispute.ends_on is not None
    assert FIRST < dispute.ends_on < ended_by.date()
