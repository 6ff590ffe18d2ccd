"""Who may see and arrange staff."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import STAFF, Role

VIEW_PEOPLE = right("people.view", STAFF)
ARRANGE_PEOPLE = right(
    "people.arrange",
    {Role.ADMINISTRATOR, Role.SITE_MANAGER, Role.HEAD_OFFICE},
)
ARRANGE_ROSTERS = right(
    "people.roster",
    {Role.ADMINISTRATOR, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.SUPERVISOR},
)
