"""What one may do in administration, and who."""

from zhongshu.identity.rights import right
from zhongshu.identity.roles import Role

VIEW_USERS = right("identity.view_users", {Role.ADMINISTRATOR, Role.HEAD_OFFICE, Role.SITE_MANAGER})
MANAGE_USERS = right("identity.manage_users", {Role.ADMINISTRATOR})
MANAGE_TOKENS = right("identity.manage_tokens", {Role.ADMINISTRATOR})
VIEW_AUDIT = right("identity.view_audit", {Role.ADMINISTRATOR, Role.HEAD_OFFICE})
MANAGE_SITES = right("identity.manage_sites", {Role.ADMINISTRATOR, Role.HEAD_OFFICE})
MANAGE_JOBS = right("identity.manage_jobs", {Role.ADMINISTRATOR})
