"""Who may do something to somebody else's account."""

from datetime import datetime

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import not_ended


def may_over(actor: Actor, right: Right, user: User, *, at: datetime) -> bool:
    """Whether the right is held wherever the user holds a role, or will: who administers one site cannot take over
    the account of head office."""
    covered = actor.sites(right)
    if covered is None:
        return True
    held = RoleGrant.objects.filter(not_ended(day_of(at)), user=user).values_list("site_id", flat=True)
    return bool(covered) and all(site_id in covered for site_id in held)


def require_over(actor: Actor, right: Right, user: User, *, at: datetime) -> None:
    """Raises NotFound when the actor may not."""
    if not may_over(actor, right, user, at=at):
        raise absent()


def absent() -> NotFound:
    """What a stranger hears, be the thing absent or forbidden."""
    return NotFound(_("没有找到，或者您无权查看。"))


def may_everywhere(actor: Actor, right: Right) -> bool:
    """Whether the right is held at every site, also at those to come."""
    return actor.sites(right) is None
