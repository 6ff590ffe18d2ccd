"""Who may do what about money owed."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

_DECIDE = {Role.FINANCE, Role.HEAD_OFFICE}
_APPROVE = _DECIDE | {Role.SITE_MANAGER}

VIEW_BILLING = right("billing.view", _APPROVE | {Role.CASHIER, Role.KEEPER})
SET_PRICES = right("billing.set_prices", _DECIDE)
APPROVE_PRICES = right("billing.approve_prices", _APPROVE)
RUN_BILLS = right("billing.run", _DECIDE)
CHARGE = right("billing.charge", _DECIDE)
RECEIVE = right("billing.receive", {Role.CASHIER, Role.FINANCE})
RELIEVE = right("billing.relieve", {Role.FINANCE})
APPROVE_RELIEFS = right("billing.approve_reliefs", _APPROVE)
DISPUTE = right("billing.dispute", _APPROVE | {Role.KEEPER, Role.SERVICE_LEAD})
READ_METERS = right("billing.read_meters", _APPROVE | {Role.CASHIER, Role.KEEPER, Role.TECHNICIAN, Role.SUPERVISOR})
MANAGE_METERS = right("billing.manage_meters", _APPROVE)
SHARE_COSTS = right("billing.share_costs", _DECIDE)
MANAGE_CONTRACTS = right("billing.manage_contracts", _APPROVE)
