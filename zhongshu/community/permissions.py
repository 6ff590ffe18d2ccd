"""Who may do what in community. A keeper sees and records their own; those above them everybody's."""

from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

LEADS = frozenset({Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.HEAD_OFFICE, Role.QUALITY})

VIEW_COMMUNITY = right("community.view", LEADS | {Role.KEEPER, Role.SUPERVISOR})
RECORD_VISITS = right("community.record_visits", LEADS | {Role.KEEPER, Role.SUPERVISOR})
SEND_SURVEYS = right("community.send_surveys", {Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.HEAD_OFFICE})
TYPE_ANSWERS = right("community.type_answers", LEADS | {Role.KEEPER, Role.SUPERVISOR, Role.CALL_TAKER})
SET_COMMUNITY_RULES = right("community.set_rules", {Role.HEAD_OFFICE, Role.QUALITY})
SEES_ALL = LEADS | {Role.SUPERVISOR}


def sees_all(actor: Actor, site_id: int) -> bool:
    """Whether one sees the accounts of every keeper of the site, and not only one's own."""
    return actor.is_system or actor.holds(*SEES_ALL, site_id=site_id)
