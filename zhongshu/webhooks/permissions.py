"""Who decides which programs are told what."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

HOLDERS = frozenset({Role.ADMINISTRATOR, Role.HEAD_OFFICE})
MANAGE_WEBHOOKS = right("webhooks.manage", HOLDERS)
