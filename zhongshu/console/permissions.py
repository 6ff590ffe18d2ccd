"""Who may open the screens that cross apps."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, STAFF, Role

_LEADS = frozenset({Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.SUPERVISOR, Role.QUALITY})

USE_DESK = right("console.use_desk", {Role.CALL_TAKER, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.KEEPER})
SEE_BOARD = right("console.see_board", _LEADS | {Role.CALL_TAKER, Role.KEEPER})
SEARCH = right("console.search", STAFF - FIELD)
SEE_ACCOUNTS = right("console.see_accounts", STAFF - FIELD)
USE_PHONE = right("console.use_phone", STAFF)
