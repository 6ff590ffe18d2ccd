"""Who may look ahead. A keeper sees the accounts of their own territories, those above them everybody's."""

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right, right
from zhongshu.identity.roles import MANAGERS, Role
from zhongshu.kernel.errors import NotFound

VIEW_FORESIGHT = right("foresight.view", MANAGERS | {Role.KEEPER})
SWITCH_FORESIGHT = right("foresight.switch", {Role.HEAD_OFFICE, Role.QUALITY, Role.SITE_MANAGER})
LEARN_FORESIGHT = right("foresight.learn", {Role.HEAD_OFFICE, Role.QUALITY})


def require_company(actor: Actor, right: Right) -> None:
    """Raises NotFound unless the right is held at every site."""
    if actor.sites(right) is not None:
        raise NotFound(_("没有找到，或者您无权查看。"))
