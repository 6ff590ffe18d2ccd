"""An item with a price that waits, a term, and a month that was looked at, in the world of the house's tests."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from zhongshu.billing import actions, batch
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_priced(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    by: dict[str, Any] = {"actor": world.cast.actor(Role.FINANCE, world.site), "at": world.at}
    manager: dict[str, Any] = {"actor": world.cast.actor(Role.SITE_MANAGER, world.site), "at": world.at}
    month = day_of(world.at).replace(day=1)
    item = actions.add_item(**by, site_id=world.site.pk, code="WYF", name="物业费", method="fixed")
    first = actions.propose_price(**by, item_id=item.pk, starts_on=month, unit_price=Decimal("209.78"))
    actions.approve_price(**manager, tariff_id=first.pk)
    waiting = actions.propose_price(**by, item_id=item.pk, starts_on=month, unit_price=Decimal("219.78"))
    term = actions.set_term(**by, item_id=item.pk, place=world.unit.code, starts_on=month, is_exempt=True)
    run = batch.preview(**by, site_id=world.site.pk, period=month)
    return {"item": item, "tariff": waiting, "term": term, "run": run}
