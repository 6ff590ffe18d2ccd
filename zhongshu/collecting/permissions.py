"""Who may do what in collecting."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

_MAKE = {Role.FINANCE, Role.LEGAL, Role.SITE_MANAGER, Role.HEAD_OFFICE}

VIEW_NOTICES = right("collecting.view", _MAKE | {Role.KEEPER, Role.SUPERVISOR, Role.CASHIER})
MAKE_NOTICES = right("collecting.make_notices", _MAKE)
HAND_OVER = right("collecting.hand_over", _MAKE | {Role.KEEPER, Role.SUPERVISOR})
CONTACT = right("collecting.contact", _MAKE | {Role.KEEPER, Role.SUPERVISOR, Role.SERVICE_LEAD})
EDIT_WORDS = right("collecting.edit_words", {Role.LEGAL, Role.FINANCE, Role.HEAD_OFFICE})
REGISTER_LAWYERS = right("collecting.register_lawyers", {Role.LEGAL, Role.HEAD_OFFICE})
WATCH_LIMITATION = right("collecting.watch_limitation", _MAKE | {Role.KEEPER})
VIEW_ARREARS = right("collecting.view_arrears", _MAKE | {Role.KEEPER, Role.SUPERVISOR, Role.CASHIER, Role.SERVICE_LEAD})
NOTE_REASON = right("collecting.note_reason", _MAKE | {Role.KEEPER, Role.SUPERVISOR, Role.CASHIER, Role.SERVICE_LEAD})
AGREE_PLANS = right("collecting.agree_plans", _MAKE)
PURSUE = right("collecting.pursue", _MAKE)
OVERSEE = right("collecting.oversee", {Role.SITE_MANAGER, Role.HEAD_OFFICE, Role.FINANCE})
