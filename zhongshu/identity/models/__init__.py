"""Tables of identity."""

from zhongshu.identity.kinds import OperatingModel
from zhongshu.identity.models.access import ApiToken, SignInAttempt, Step
from zhongshu.identity.models.audit import AuditEntry, PhoneReveal
from zhongshu.identity.models.organisation import Company, Region, Site
from zhongshu.identity.models.rates import RateUse
from zhongshu.identity.models.second_factor import RecoveryCode, SecondFactor
from zhongshu.identity.models.sessions import DeviceSession
from zhongshu.identity.models.users import RoleGrant, User

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Company",
    "DeviceSession",
    "OperatingModel",
    "PhoneReveal",
    "RateUse",
    "RecoveryCode",
    "Region",
    "RoleGrant",
    "SecondFactor",
    "SignInAttempt",
    "Site",
    "Step",
    "User",
]
