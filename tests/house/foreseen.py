"""An account that was foreseen, in the world of the house's tests."""

from typing import TYPE_CHECKING

from zhongshu.foresight.kinds import FEATURES, Feature
from zhongshu.foresight.models import Forecast, Learning, Switch
from zhongshu.foresight.policies.formula import Formula
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World

_QUALITY = {
    "rows": 100, "accounts": 50, "happened": 10, "brier": 0.06, "base_brier": 0.09, "rule_brier": 0.07, "skill": 0.33,
    "skill_from": 0.2, "error": 0.01, "order": 0.8, "in_use": None,
    "bins": [{"low": 0.05, "high": 0.1, "count": 100, "foreseen": 0.09, "happened": 0.1}],
}  # fmt: skip


def make_foreseen(world: "World") -> Forecast:
    """A formula in use, switched on, and what it says of the world's account."""
    today, zeros = day_of(world.at), dict.fromkeys(FEATURES, 0.0)
    formula = Formula(-2.0, zeros | {Feature.UPHELD: 1.0}, zeros)
    learning = Learning.objects.create(
        on=today, at=world.at, accounts=50, rows=100, formula=formula.plain(), quality=_QUALITY, is_adopted=True,
        reason="已采用",
    )  # fmt: skip
    Switch.objects.create(site=None, is_on=True, reason="试用", at=world.at)
    return Forecast.objects.create(
        site=world.site, account=world.account, keeper=world.staff[Role.KEEPER].user, learning=learning, on=today,
        months=1, probability=0.27, reasons=[["upheld", 1.0, 1.0]],
    )  # fmt: skip
