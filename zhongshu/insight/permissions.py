"""Who may see figures. Field staff and keepers see their own; the rest see their sites; the company sees all."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, MANAGERS, STAFF, Role

SEE_REPORTS = right("insight.see_reports", STAFF - FIELD - {Role.KEEPER})
SEE_OWN_FIGURES = right("insight.see_own_figures", STAFF)
SEE_WALL = right("insight.see_wall", STAFF - FIELD)
MANAGE_WALLS = right("insight.manage_walls", MANAGERS | {Role.ADMINISTRATOR})
EDIT_PLAN = right("insight.edit_plan", {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.ADMINISTRATOR})

SEE_MONEY = right("insight.see_money", {Role.FINANCE, Role.HEAD_OFFICE, Role.SITE_MANAGER})
#: A keeper sees the territory that is hers or his.
SEE_AGEING = right("insight.see_ageing", SEE_MONEY.roles | {Role.KEEPER})
