"""The words of work: kinds of orders, urgencies, stages of the clock."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class OrderKind(StrEnum):
    REPAIR = "repair"
    SECURITY = "security"
    CLEANING = "cleaning"
    LANDSCAPING = "landscaping"
    COMPLAINT = "complaint"
    ENQUIRY = "enquiry"
    EMERGENCY = "emergency"
    TASK = "task"


ORDER_KIND_LABELS = {
    OrderKind.REPAIR: _("维修"),
    OrderKind.SECURITY: _("秩序"),
    OrderKind.CLEANING: _("保洁"),
    OrderKind.LANDSCAPING: _("绿化"),
    OrderKind.COMPLAINT: _("投诉处理"),
    OrderKind.ENQUIRY: _("咨询"),
    OrderKind.EMERGENCY: _("应急"),
    OrderKind.TASK: _("任务"),
}


class Urgency(StrEnum):
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


URGENCY_LABELS = {Urgency.P1: _("特急"), Urgency.P2: _("紧急"), Urgency.P3: _("一般"), Urgency.P4: _("咨询")}


TASK_CATEGORY = "task"
CATEGORY_LABELS = {
    "plumbing": _("给排水"),
    "electrical": _("供电照明"),
    "elevator": _("电梯"),
    "building_fabric": _("房屋本体"),
    "access_control": _("门禁监控"),
    "fire_safety": _("消防安全"),
    "security_order": _("治安秩序"),
    "parking": _("车辆停放"),
    "cleaning": _("环境卫生"),
    "landscaping": _("绿化"),
    "noise_neighbour": _("噪声与邻里"),
    "decoration": _("装修"),
    "billing": _("收费"),
    "service_attitude": _("服务质量"),
    "consult": _("咨询建议表扬"),
    "out_of_scope": _("职责范围外"),
    TASK_CATEGORY: _("交办任务"),
}


def category_name(code: str) -> str:
    """The name of a category; of one that is no longer used, its code."""
    return str(CATEGORY_LABELS.get(code, code))


class Stage(StrEnum):
    """What a target is set for."""

    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    FINISH = "finish"
    CLOSE = "close"
    RULING = "ruling"
    CONTRACTOR = "contractor"


STAGE_LABELS = {
    Stage.ACKNOWLEDGE: _("接单"),
    Stage.ARRIVE: _("到场"),
    Stage.FINISH: _("完工"),
    Stage.CLOSE: _("办结"),
    Stage.RULING: _("退单裁定"),
    Stage.CONTRACTOR: _("委外到场"),
}


class EscalationRole(StrEnum):
    """Who is told when so much of a target is used up."""

    ASSIGNEE = "assignee"
    SUPERVISOR = "supervisor"
    SITE_MANAGER = "site_manager"
    QUALITY = "quality"
    HEAD_OFFICE = "head_office"


ESCALATION_ROLE_LABELS = {
    EscalationRole.ASSIGNEE: _("处理人"),
    EscalationRole.SUPERVISOR: _("班组主管"),
    EscalationRole.SITE_MANAGER: _("项目经理"),
    EscalationRole.QUALITY: _("公司品质部"),
    EscalationRole.HEAD_OFFICE: _("公司主管部门"),
}


class Level(StrEnum):
    """How far the search for somebody went."""

    CANDIDATE = "candidate"
    DUTY_OFFICER = "duty_officer"
    CONTROL_ROOM = "control_room"
    SITE_MANAGER = "site_manager"
    BY_HAND = "by_hand"
    POOL = "pool"
    LEAD = "lead"
    CLAIMED = "claimed"
    PLANNED = "planned"
    NOBODY = "nobody"


LEVEL_LABELS = {
    Level.CANDIDATE: _("当班人员"),
    Level.DUTY_OFFICER: _("值班经理"),
    Level.CONTROL_ROOM: _("消控中心"),
    Level.SITE_MANAGER: _("项目经理"),
    Level.BY_HAND: _("人工指派"),
    Level.POOL: _("抢单池"),
    Level.LEAD: _("待主管派单"),
    Level.CLAIMED: _("抢单"),
    Level.PLANNED: _("上门计划"),
    Level.NOBODY: _("无人可派"),
}


class Nearness(StrEnum):
    """How near somebody's last known place is to the place of an order."""

    SAME_ENTRANCE = "same_entrance"
    SAME_BUILDING = "same_building"
    SAME_PHASE = "same_phase"
    SAME_SITE = "same_site"
    UNKNOWN = "unknown"


class AidState(StrEnum):
    """What became of a request for mutual aid."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    OVER = "over"


AID_STATE_LABELS = {
    AidState.ASKED: _("待答复"),
    AidState.ACCEPTED: _("已答应"),
    AidState.DECLINED: _("不能来"),
    AidState.OVER: _("已结束"),
}


class Consent(StrEnum):
    """How a customer agreed to a price."""

    ON_SITE = "on_site"
    PHONE = "phone"
    WRITTEN = "written"
    WECHAT = "wechat"


CONSENT_LABELS = {
    Consent.ON_SITE: _("当面同意"),
    Consent.PHONE: _("电话同意"),
    Consent.WRITTEN: _("书面签字"),
    Consent.WECHAT: _("微信确认"),
}


class ItemKind(StrEnum):
    """What an item of a checklist asks for."""

    TICK = "tick"
    NUMBER = "number"
    TEXT = "text"
    PHOTO = "photo"


ITEM_KIND_LABELS = {
    ItemKind.TICK: _("打勾"),
    ItemKind.NUMBER: _("数值"),
    ItemKind.TEXT: _("文字"),
    ItemKind.PHOTO: _("照片"),
}


class BookedBy(StrEnum):
    """Through which door a visit was booked."""

    DESK = "desk"
    PHONE = "phone"
    PORTAL = "portal"


BOOKED_BY_LABELS = {BookedBy.DESK: _("前台"), BookedBy.PHONE: _("电话"), BookedBy.PORTAL: _("住户自约")}
