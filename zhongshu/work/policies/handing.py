"""Whether a new order is dispatched at once, waits to be claimed (抢单), or goes to the team's lead to be sent on."""

from collections.abc import Collection

from zhongshu.people.kinds import Handing
from zhongshu.work.kinds import Urgency


def handing(*, way: str, pool_kinds: Collection[str], kind: str, urgency: str) -> Handing:
    """How the order reaches somebody. `way`, `pool_kinds`: as its team has it. P1 never waits for anybody."""
    wanted = Handing(way)
    if urgency == Urgency.P1:
        return Handing.DIRECT
    if wanted == Handing.POOL and pool_kinds and kind not in pool_kinds:
        return Handing.DIRECT
    return wanted
