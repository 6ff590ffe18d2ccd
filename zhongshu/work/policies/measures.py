"""What each level of an escalation can do about it."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhongshu.work.kinds import EscalationRole


class Measure(StrEnum):
    """What somebody who was told of a target did about it."""

    GO_NOW = "go_now"
    ASK_AID = "ask_aid"
    TELL_CUSTOMER = "tell_customer"
    REASSIGN = "reassign"
    HOLD = "hold"
    GO_MYSELF = "go_myself"
    CALL_CONTRACTOR = "call_contractor"
    APPROVE_OVERTIME = "approve_overtime"
    CALL_CUSTOMER = "call_customer"
    ASK_QUALITY = "ask_quality"
    OPEN_SUPERVISION = "open_supervision"
    SEND_PERSON = "send_person"
    DECIDE = "decide"
    PROVIDE_MEANS = "provide_means"


MEASURE_LABELS = {
    Measure.GO_NOW: _("马上处理"),
    Measure.ASK_AID: _("请求支援"),
    Measure.TELL_CUSTOMER: _("向客户说明"),
    Measure.REASSIGN: _("转派"),
    Measure.HOLD: _("说明原因后挂起"),
    Measure.GO_MYSELF: _("亲自到场"),
    Measure.CALL_CONTRACTOR: _("调外包单位"),
    Measure.APPROVE_OVERTIME: _("批准加班"),
    Measure.CALL_CUSTOMER: _("亲自致电客户"),
    Measure.ASK_QUALITY: _("请品质部支持"),
    Measure.OPEN_SUPERVISION: _("发起督办"),
    Measure.SEND_PERSON: _("派人到项目"),
    Measure.DECIDE: _("作出决定"),
    Measure.PROVIDE_MEANS: _("调拨人力物力"),
}

MEASURES: dict[EscalationRole, tuple[Measure, ...]] = {
    EscalationRole.ASSIGNEE: (Measure.GO_NOW, Measure.ASK_AID, Measure.TELL_CUSTOMER),
    EscalationRole.SUPERVISOR: (Measure.REASSIGN, Measure.ASK_AID, Measure.HOLD, Measure.GO_MYSELF),
    EscalationRole.SITE_MANAGER: (
        Measure.CALL_CONTRACTOR,
        Measure.APPROVE_OVERTIME,
        Measure.CALL_CUSTOMER,
        Measure.REASSIGN,
        Measure.ASK_QUALITY,
    ),
    EscalationRole.QUALITY: (Measure.OPEN_SUPERVISION, Measure.SEND_PERSON, Measure.CALL_CUSTOMER),
    EscalationRole.HEAD_OFFICE: (Measure.DECIDE, Measure.PROVIDE_MEANS, Measure.OPEN_SUPERVISION),
}


def in_words(level: EscalationRole) -> str:
    """The measures of a level in one line."""
    return "、".join(str(MEASURE_LABELS[measure]) for measure in MEASURES[level])
