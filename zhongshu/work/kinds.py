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


class Stage(StrEnum):
    """What a target is set for."""

    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    FINISH = "finish"
    RULING = "ruling"


STAGE_LABELS = {
    Stage.ACKNOWLEDGE: _("接单"),
    Stage.ARRIVE: _("到场"),
    Stage.FINISH: _("完工"),
    Stage.RULING: _("退单裁定"),
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
