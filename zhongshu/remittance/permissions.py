"""Who may do what about money that arrives without a cashier."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

_FINANCE = {Role.FINANCE, Role.HEAD_OFFICE}
_COUNTER = {Role.CASHIER, Role.FINANCE, Role.SITE_MANAGER}

MANAGE_MERCHANTS = right("remittance.manage_merchants", {Role.ADMINISTRATOR, Role.HEAD_OFFICE})
VIEW_ONLINE = right("remittance.view_online", _COUNTER | _FINANCE | {Role.KEEPER})
OPEN_ORDERS = right("remittance.open_orders", _COUNTER | {Role.KEEPER})
MAKE_CODES = right("remittance.make_codes", _COUNTER | {Role.KEEPER})
PROPOSE_REFUNDS = right("remittance.propose_refunds", _COUNTER)
APPROVE_REFUNDS = right("remittance.approve_refunds", _FINANCE | {Role.SITE_MANAGER})
SETTLE_ALERTS = right("remittance.settle_alerts", _FINANCE)
RECONCILE = right("remittance.reconcile", _FINANCE)

VIEW_BANKS = right("remittance.view_banks", _COUNTER | _FINANCE)
SET_UP_BANKS = right("remittance.set_up_banks", _FINANCE)
KEEP_DEBITS = right("remittance.keep_debits", {Role.CASHIER, Role.FINANCE})
MATCH_STATEMENTS = right("remittance.match_statements", {Role.CASHIER, Role.FINANCE})
UNDO_MATCHES = right("remittance.undo_matches", {Role.FINANCE})
