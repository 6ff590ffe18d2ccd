"""The words of people: teams, skills, duties."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class TeamKind(StrEnum):
    """The departments a matter can go to; the classifier's teams carry the same names."""

    ENGINEERING = "engineering"
    SECURITY = "security"
    ENVIRONMENT = "environment"
    CUSTOMER_SERVICE = "customer_service"
    FINANCE = "finance"
    QUALITY = "quality"
    CONTROL_ROOM = "control_room"
    MANAGEMENT = "management"


TEAM_KIND_LABELS = {
    TeamKind.ENGINEERING: _("工程部"),
    TeamKind.SECURITY: _("秩序部"),
    TeamKind.ENVIRONMENT: _("环境部"),
    TeamKind.CUSTOMER_SERVICE: _("客服部"),
    TeamKind.FINANCE: _("财务部"),
    TeamKind.QUALITY: _("品质部"),
    TeamKind.CONTROL_ROOM: _("消控中心"),
    TeamKind.MANAGEMENT: _("管理处"),
}


class Handing(StrEnum):
    """How a team's new work reaches somebody: the machine sends it, they claim it, or their lead sends it on."""

    DIRECT = "direct"
    POOL = "pool"
    LEAD = "lead"


HANDING_LABELS = {Handing.DIRECT: _("系统直接派单"), Handing.POOL: _("进入抢单池"), Handing.LEAD: _("由主管派单")}


class Duty(StrEnum):
    """What somebody is on the roster for."""

    SHIFT = "shift"
    DUTY_OFFICER = "duty_officer"
    CONTROL_ROOM = "control_room"


class AbsenceReason(StrEnum):
    """Why somebody is away."""

    ERRAND = "errand"
    SICK = "sick"
    ANNUAL = "annual"
    TIME_OFF = "time_off"
    TRAINING = "training"


ABSENCE_LABELS = {
    AbsenceReason.ERRAND: _("事假"),
    AbsenceReason.SICK: _("病假"),
    AbsenceReason.ANNUAL: _("年假"),
    AbsenceReason.TIME_OFF: _("调休"),
    AbsenceReason.TRAINING: _("培训"),
}

DUTY_LABELS = {Duty.SHIFT: _("当班"), Duty.DUTY_OFFICER: _("值班经理"), Duty.CONTROL_ROOM: _("消控值守")}
