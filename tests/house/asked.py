"""People of the house are asked to act on an account that owes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from zhongshu.care.models import Task, TaskLine, TaskMove
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World


def make_asked(world: "World") -> TaskLine:
    """Before a court, of the keeper: what they did can be recorded."""
    on, account = day_of(world.at), world.money["owing"]
    facts = {"site": account.site, "account": account, "rule": "arrears.legal", "manner": "legal", "occurrence": 1}
    task = Task.objects.create(
        **facts, source="episode:2026-01-01", opened_on=on, recorded_at=world.at, roles=["keeper"]
    )
    TaskMove.objects.create(site=account.site, task=task, on=on, recorded_at=world.at, state=task.state)
    keeper, due_on = world.staff[Role.KEEPER].user, on + timedelta(days=7)
    return TaskLine.objects.create(site=account.site, task=task, role="keeper", holder=keeper, due_on=due_on)
