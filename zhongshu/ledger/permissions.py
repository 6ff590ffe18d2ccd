"""Who reads the books, who writes in them by hand, who closes them."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

_BOOKKEEPERS = frozenset({Role.FINANCE, Role.HEAD_OFFICE})

VIEW_LEDGER = right("ledger.view", _BOOKKEEPERS | {Role.SITE_MANAGER})
#: Propose an entry by hand or a reversal, and decide about somebody else's.
POST_MANUALLY = right("ledger.post_manually", _BOOKKEEPERS)
CLOSE_PERIODS = right("ledger.close_periods", _BOOKKEEPERS)
