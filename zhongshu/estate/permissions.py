"""Who may do what with the estate."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, STAFF, Role

_HEADS = {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.ADMINISTRATOR}

VIEW_PLACES = right("estate.view_places", STAFF)
VIEW_CUSTOMERS = right("estate.view_customers", STAFF - FIELD)
EDIT_CUSTOMERS = right("estate.edit_customers", _HEADS | {Role.CALL_TAKER, Role.KEEPER})
EDIT_ACCOUNTS = right("estate.edit_accounts", _HEADS)
OPEN_PARTNERS = right("estate.open_partners", _HEADS | {Role.FINANCE})
EDIT_PLACES = right("estate.edit_places", _HEADS)
SET_OCCUPANCY = right("estate.set_occupancy", _HEADS | {Role.CALL_TAKER, Role.KEEPER})
ASSIGN_KEEPERS = right("estate.assign_keepers", _HEADS)
SEND_WORKBOOKS = right("estate.send_workbooks", _HEADS | {Role.FINANCE})
IMPORT_ESTATE = right("estate.import", _HEADS)
ADD_SITE = right("estate.add_site", {Role.HEAD_OFFICE, Role.ADMINISTRATOR})
