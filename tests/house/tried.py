"""In the world of the house: a table of the score, and another that is tried."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from zhongshu.care.actions import ask_back_test
from zhongshu.care.engine.back_test import worked_out
from zhongshu.care.models import Policy
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_tried(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    start = {"starts_on": day_of(world.at) + timedelta(days=400), "made_at": world.at}
    policy = Policy.objects.create(site=world.site, version=2, **start)
    tried = ask_back_test(
        actor=world.cast.system, at=world.at, site_id=world.site.pk, on=day_of(world.at), choices={"grace_days": 10}
    )
    return {"policy": policy, "test": worked_out(tried.pk, at=lambda: world.at)}
