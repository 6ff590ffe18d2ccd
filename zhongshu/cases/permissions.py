"""Who may hear, see and tend cases. An owner may tend their own case whatever their role."""

from zhongshu.cases.models import Case
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, STAFF, Role

DESK = frozenset({Role.CALL_TAKER, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE})

OPEN_CASES = right("cases.open", STAFF)
REPORT_CASES = right("cases.report", {Role.RESIDENT})
VIEW_CASES = right("cases.view", STAFF)
TEND_CASES = right("cases.tend", DESK | {Role.KEEPER, Role.SUPERVISOR})
FOLLOW_UP_CASES = right("cases.follow_up", DESK | {Role.KEEPER, Role.QUALITY})
HAND_OVER_CASES = right("cases.hand_over", {Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE})
SIGN_CASES = right("cases.sign", {Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE, Role.QUALITY})
REVEAL_PHONES = right("cases.reveal_phone", STAFF - FIELD)
JUDGE_COMPLAINTS = right("cases.judge", {Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE, Role.QUALITY})
REVISE_JUDGEMENTS = right("cases.revise_judgement", {Role.QUALITY, Role.HEAD_OFFICE})
EDIT_DIRECTORY = right("cases.edit_directory", {Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE})
SET_SERVICE_RULES = right("cases.set_rules", {Role.SITE_MANAGER, Role.HEAD_OFFICE})

LEARN_FROM_CASES = right("cases.learn", {Role.QUALITY, Role.HEAD_OFFICE, Role.ADMINISTRATOR})

# Field staff see what they own or what their team works on; all other staff see every case of their sites.
SEES_ALL = STAFF - FIELD


def owns(actor: Actor, case: Case) -> bool:
    """Whether the actor is the case's owner and acts with the right to see cases."""
    return actor.user_id is not None and actor.user_id == case.owner_id and actor.may(VIEW_CASES, case.site_id)
