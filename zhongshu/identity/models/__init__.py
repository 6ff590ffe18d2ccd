"""Tables of identity."""

from zhongshu.identity.models.access import ApiToken, SignInAttempt
from zhongshu.identity.models.audit import AuditEntry, PhoneReveal
from zhongshu.identity.models.organisation import Company, OperatingModel, Region, Site
from zhongshu.identity.models.users import RoleGrant, User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Company",
    "OperatingModel",
    "PhoneReveal",
    "Region",
    "RoleGrant",
    "SignInAttempt",
    "Site",
    "User",
]
