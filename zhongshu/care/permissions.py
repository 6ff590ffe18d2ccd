"""Who may do what in care."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import MANAGERS, Role

VIEW_CARE = right("care.view", MANAGERS | {Role.KEEPER, Role.SUPERVISOR, Role.LEGAL, Role.FINANCE})
EVALUATE = right("care.evaluate", {Role.HEAD_OFFICE, Role.QUALITY})
DO_TASKS = right(
    "care.do_tasks",
    {Role.KEEPER, Role.SUPERVISOR, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.LEGAL, Role.HEAD_OFFICE},
)
SET_CARE_POLICY = right("care.set_policy", {Role.HEAD_OFFICE, Role.QUALITY})
FOLLOW_LEGAL = right("care.follow_legal", {Role.LEGAL, Role.HEAD_OFFICE, Role.SITE_MANAGER})
#: Their own as a keeper; those above them everybody's.
WRITE_PLANS = right("care.write_plans", {Role.KEEPER, Role.SUPERVISOR, Role.SITE_MANAGER})
REVIEW_PRIORITY = right("care.review_priority", {Role.SITE_MANAGER, Role.HEAD_OFFICE})
HAND_OUT = right("care.hand_out", {Role.KEEPER, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE})
REVIEW_SCORES = right("care.review_scores", {Role.SITE_MANAGER, Role.QUALITY, Role.HEAD_OFFICE})
