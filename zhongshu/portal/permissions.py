"""Who may use the residents' pages."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

USE_PORTAL = right("portal.use", {Role.RESIDENT})
