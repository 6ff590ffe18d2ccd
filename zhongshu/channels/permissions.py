"""Who may use which door, and see what came through it."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import FIELD, STAFF, Role

_DESK = frozenset({Role.CALL_TAKER, Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE})
_ARRANGE = frozenset({Role.ADMINISTRATOR, Role.SITE_MANAGER, Role.HEAD_OFFICE})

#: For the tokens of telephone and alarm systems: held by whoever may set such a system up.
TELL_CALLS = right("channels.calls", _ARRANGE)
RAISE_ALARMS = right("channels.alarms", _ARRANGE)

ANSWER_CALLS = right("channels.answer", STAFF)
VIEW_CALLS = right("channels.view_calls", _DESK | {Role.KEEPER, Role.SUPERVISOR, Role.QUALITY})
LISTEN = right("channels.listen", {Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.QUALITY})
ARRANGE_DOORS = right("channels.arrange", _ARRANGE | {Role.SERVICE_LEAD})
VIEW_ALARMS = right("channels.view_alarms", STAFF)

HOTLINE = right("channels.hotline", _DESK | {Role.KEEPER, Role.QUALITY})
APPROVE_HOTLINE = right("channels.approve_hotline", {Role.SITE_MANAGER, Role.HEAD_OFFICE})
KEEP_LETTERS = right("channels.letters", STAFF - FIELD)

#: Everybody notes and sees their own; who else sees it is a matter of persons, not of roles (`queries.load`).
NOTE_LOAD = right("channels.note_load", STAFF)
