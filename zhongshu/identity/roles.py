"""The roles people hold, and the site (or every site) each covers."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    HEAD_OFFICE = "head_office"
    SITE_MANAGER = "site_manager"
    SERVICE_LEAD = "service_lead"
    CALL_TAKER = "call_taker"
    KEEPER = "keeper"
    SUPERVISOR = "supervisor"
    TECHNICIAN = "technician"
    GUARD = "guard"
    CLEANER = "cleaner"
    CASHIER = "cashier"
    FINANCE = "finance"
    QUALITY = "quality"
    LEGAL = "legal"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"


ROLE_LABELS = {
    Role.HEAD_OFFICE: _("公司总部"),
    Role.SITE_MANAGER: _("项目经理"),
    Role.SERVICE_LEAD: _("客服主管"),
    Role.CALL_TAKER: _("客服专员"),
    Role.KEEPER: _("管家"),
    Role.SUPERVISOR: _("班组主管"),
    Role.TECHNICIAN: _("维修工程师"),
    Role.GUARD: _("秩序维护员"),
    Role.CLEANER: _("保洁员"),
    Role.CASHIER: _("收银员"),
    Role.FINANCE: _("财务"),
    Role.QUALITY: _("品质部"),
    Role.LEGAL: _("法务"),
    Role.ADMINISTRATOR: _("系统管理员"),
    Role.RESIDENT: _("住户"),
}

STAFF = frozenset(Role) - {Role.RESIDENT}
MANAGERS = frozenset({Role.HEAD_OFFICE, Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.QUALITY})
FIELD = frozenset({Role.TECHNICIAN, Role.GUARD, Role.CLEANER})


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at one site, or at every site where `site_id` is None."""

    role: Role
    site_id: int | None

    def covers(self, site_id: int | None) -> bool:
        return self.site_id is None or self.site_id == site_id
