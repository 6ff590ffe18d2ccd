"""Who may look ahead. A keeper sees the accounts of their own territories, those above them everybody's."""

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import right
from zhongshu.identity.roles import MANAGERS, Role

VIEW_FORESIGHT = right("foresight.view", MANAGERS | {Role.KEEPER})
SWITCH_FORESIGHT = right("foresight.switch", {Role.HEAD_OFFICE, Role.QUALITY, Role.SITE_MANAGER})
LEARN_FORESIGHT = right("foresight.learn", {Role.HEAD_OFFICE, Role.QUALITY})


def sees_all(actor: Actor, site_id: int) -> bool:
    """Whether one sees the accounts of every keeper of the site."""
    return actor.is_system or actor.holds(*MANAGERS, site_id=site_id)
