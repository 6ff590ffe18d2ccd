"""Who may do what at the counter."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import STAFF, Role

_FINANCE = {Role.FINANCE, Role.HEAD_OFFICE}
_OVERSEE = _FINANCE | {Role.SITE_MANAGER}

#: Whoever holds no cashier's role needs a stand-in's authorisation besides.
COUNTER = right("cashier.counter", STAFF)
VIEW_SHIFTS = right("cashier.view", _OVERSEE | {Role.CASHIER})
AUTHORISE_STAND_INS = right("cashier.authorise", _OVERSEE)
CLOSE_DAY = right("cashier.close_day", {Role.FINANCE})
PROPOSE_RELEASE = right("cashier.propose_release", {Role.CASHIER, Role.FINANCE})
APPROVE_RELEASE = right("cashier.approve_release", _OVERSEE)

VIEW_CARDS = right("cashier.view_cards", _OVERSEE | {Role.CASHIER})
MANAGE_CARDS = right("cashier.manage_cards", {Role.CASHIER, Role.FINANCE})
APPROVE_CARD_REFUNDS = right("cashier.approve_card_refunds", _OVERSEE)
VIEW_INVOICES = right("cashier.view_invoices", _OVERSEE | {Role.CASHIER})
REQUEST_INVOICES = right("cashier.request_invoices", {Role.CASHIER, Role.FINANCE})
REDDEN_INVOICES = right("cashier.redden_invoices", {Role.FINANCE})
SET_UP_INVOICES = right("cashier.set_up_invoices", _FINANCE)
