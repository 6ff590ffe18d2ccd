"""Arrears in the world of the house's tests: a payment plan with its paper, a reason, a contact."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions
from zhongshu.collecting.kinds import Reason
from zhongshu.collecting.policies.plans import even
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_planned(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    by = {"actor": world.cast.actor(Role.FINANCE, world.site), "at": world.at, "account_id": world.account.pk}
    today = day_of(world.at)
    owed = statement(world.account.pk, today)
    plan = actions.agree_plan(
        **by, agreed_on=today, agreed_with="王小明", charge_ids=[line.charge_id for line in owed.lines],
        instalments=even(owed.total, first_on=today, count=2), file=BytesIO(b"%PDF-1.4"),
    )  # fmt: skip
    actions.note_reason(**by, kind=Reason.AWAY)
    return {"plan": plan}
