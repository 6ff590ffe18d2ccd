"""The words of help on the scene."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Danger(StrEnum):
    """What somebody calls for help against."""

    VIOLENCE = "violence"
    INJURY = "injury"
    FIRE = "fire"
    TECHNICAL = "technical"
    OTHER = "other"


DANGER_LABELS = {
    Danger.VIOLENCE: _("有人动手或威胁"),
    Danger.INJURY: _("有人受伤或发病"),
    Danger.FIRE: _("起火、冒烟、燃气"),
    Danger.TECHNICAL: _("设备险情，一人处理不了"),
    Danger.OTHER: _("其他险情"),
}


class Why(StrEnum):
    """Why somebody is called."""

    NEAREST = "nearest"
    CONTROL_ROOM = "control_room"
    DUTY_OFFICER = "duty_officer"
    ON_SHIFT = "on_shift"
    SITE_MANAGER = "site_manager"
    COMPANY = "company"
    BY_THEMSELVES = "by_themselves"


WHY_LABELS = {
    Why.NEAREST: _("离得最近"),
    Why.CONTROL_ROOM: _("消控中心"),
    Why.DUTY_OFFICER: _("值班经理"),
    Why.ON_SHIFT: _("当班人员"),
    Why.SITE_MANAGER: _("项目经理"),
    Why.COMPANY: _("公司总部"),
    Why.BY_THEMSELVES: _("自己前来"),
}


class EntryKind(StrEnum):
    """What a line of the log tells."""

    RAISED = "raised"
    PRESSED_AGAIN = "pressed_again"
    WIDENED = "widened"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ARRIVED = "arrived"
    STOOD_DOWN = "stood_down"
    NOTE = "note"
    PHOTO = "photo"
    SOUND = "sound"
    WITNESS = "witness"
    POLICE = "police"
    AMBULANCE = "ambulance"
    CARE = "care"
    REPORT = "report"


ENTRY_LABELS = {
    EntryKind.RAISED: _("发出求助"),
    EntryKind.PRESSED_AGAIN: _("再次求助"),
    EntryKind.WIDENED: _("扩大呼叫"),
    EntryKind.ACCEPTED: _("应援"),
    EntryKind.DECLINED: _("不能前来"),
    EntryKind.ARRIVED: _("到场"),
    EntryKind.STOOD_DOWN: _("解除"),
    EntryKind.NOTE: pgettext_lazy("scene", "记录"),
    EntryKind.PHOTO: _("照片"),
    EntryKind.SOUND: _("录音"),
    EntryKind.WITNESS: _("证人"),
    EntryKind.POLICE: _("报警"),
    EntryKind.AMBULANCE: _("急救"),
    EntryKind.CARE: _("关怀"),
    EntryKind.REPORT: _("书面报告"),
}
#: What counts as evidence in the report.
EVIDENCE = frozenset({EntryKind.PHOTO, EntryKind.SOUND, EntryKind.WITNESS, EntryKind.NOTE})


class CareKind(StrEnum):
    """What is done for the person harmed."""

    VISIT = "visit"
    HOSPITAL = "hospital"
    CLAIM = "claim"
    LEAVE = "leave"
    COUNSEL = "counsel"
    OTHER = "other"


CARE_LABELS = {
    CareKind.VISIT: _("探望慰问"),
    CareKind.HOSPITAL: _("就医陪同"),
    CareKind.CLAIM: _("工伤或保险理赔"),
    CareKind.LEAVE: _("休假安排"),
    CareKind.COUNSEL: _("心理疏导"),
    CareKind.OTHER: _("其他关怀"),
}
