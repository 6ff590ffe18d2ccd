"""Who decides by what people are told, in which words, and who sees what went out."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import MANAGERS, STAFF, Role

_HEADS = frozenset({Role.ADMINISTRATOR, Role.HEAD_OFFICE})
MANAGE_CHANNELS = right("messaging.manage_channels", _HEADS)
EDIT_TEMPLATES = right("messaging.edit_templates", _HEADS)
VIEW_DELIVERIES = right("messaging.view_deliveries", _HEADS | MANAGERS)
RESEND_DELIVERIES = right("messaging.resend_deliveries", _HEADS | {Role.SITE_MANAGER, Role.SERVICE_LEAD})
USE_MESSAGES = right("messaging.use", STAFF)
