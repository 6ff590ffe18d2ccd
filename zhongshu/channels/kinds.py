"""The words of the channels: what telephones, the hotline and devices say, and who is rung."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from zhongshu.people.kinds import TeamKind
from zhongshu.work.kinds import Urgency


class Door(StrEnum):
    """A door for other companies' systems that may have a secret of its own."""

    CALLS = "calls"
    ALARMS = "alarms"
    WECHAT = "wechat"


DOOR_LABELS = {Door.CALLS: _("电话系统"), Door.ALARMS: _("设备报警"), Door.WECHAT: _("微信公众号/小程序")}


class CallEvent(StrEnum):
    """What a telephone system tells about a call."""

    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    ENGAGED = "engaged"
    ENDED = "ended"
    RECORDING = "recording"


class CallState(StrEnum):
    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    ENGAGED = "engaged"
    ENDED = "ended"


CALL_STATE_LABELS = {
    CallState.RINGING: _("振铃中"),
    CallState.ANSWERED: _("通话中"),
    CallState.MISSED: _("未接"),
    CallState.ENGAGED: _("占线"),
    CallState.ENDED: _("已挂断"),
}


class CallBackOutcome(StrEnum):
    """How a call-back ended."""

    REACHED = "reached"
    WRITTEN = "written"
    UNREACHABLE = "unreachable"
    CALLED_AGAIN = "called_again"


OUTCOME_LABELS = {
    CallBackOutcome.REACHED: _("已回电"),
    CallBackOutcome.WRITTEN: _("已发消息回复"),
    CallBackOutcome.UNREACHABLE: _("打不通"),
    CallBackOutcome.CALLED_AGAIN: _("客户已再次来电"),
}


class Rung(StrEnum):
    """How far a ringing telephone has rolled over."""

    CALL_TAKERS = "call_takers"
    TEAM_ON_DUTY = "team_on_duty"
    COLLEAGUES = "colleagues"
    PEOPLE_ON_SHIFT = "people_on_shift"
    DUTY_OFFICER = "duty_officer"
    CONTROL_ROOM = "control_room"
    SITE_MANAGER = "site_manager"


RUNG_LABELS = {
    Rung.CALL_TAKERS: _("当班客服"),
    Rung.TEAM_ON_DUTY: _("值班班组"),
    Rung.COLLEAGUES: _("当班同事"),
    Rung.PEOPLE_ON_SHIFT: _("当班人员"),
    Rung.DUTY_OFFICER: _("值班经理"),
    Rung.CONTROL_ROOM: _("消控中心"),
    Rung.SITE_MANAGER: _("项目经理"),
}


class ContactKind(StrEnum):
    """Where somebody met with anger."""

    CALL = "call"
    CASE = "case"
    COUNTER = "counter"


CONTACT_LABELS = {ContactKind.CALL: _("电话"), ContactKind.CASE: _("报事"), ContactKind.COUNTER: _("前台来访")}


class HotlineKind(StrEnum):
    """What kind of matter the hotline hands over."""

    ENQUIRY = "enquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    OTHER = "other"


HOTLINE_KIND_LABELS = {
    HotlineKind.ENQUIRY: _("咨询类"),
    HotlineKind.HELP: _("求助类"),
    HotlineKind.COMPLAINT: _("投诉类"),
    HotlineKind.REPORT: _("举报类"),
    HotlineKind.SUGGESTION: _("建议类"),
    HotlineKind.OTHER: _("其他类"),
}


class HotlineState(StrEnum):
    RECEIVED = "received"
    SIGNED = "signed"
    REPLIED = "replied"
    CLOSED = "closed"
    RETURNED = "returned"


HOTLINE_STATE_LABELS = {
    HotlineState.RECEIVED: _("待签收"),
    HotlineState.SIGNED: _("办理中"),
    HotlineState.REPLIED: _("已回复"),
    HotlineState.CLOSED: _("已办结"),
    HotlineState.RETURNED: _("已退回"),
}


class HotlineStage(StrEnum):
    """What the hotline's clock waits for."""

    SIGN = "sign"
    CONTACT = "contact"
    REPLY = "reply"


HOTLINE_STAGE_LABELS = {
    HotlineStage.SIGN: _("签收"),
    HotlineStage.CONTACT: _("联系来电人"),
    HotlineStage.REPLY: _("回复"),
}


class Grounds(StrEnum):
    """Why an order sheet is objected to."""

    NOT_OURS = "not_ours"
    DUPLICATE = "duplicate"
    UNTRUE = "untrue"
    NO_SUCH_PLACE = "no_such_place"


GROUNDS_LABELS = {
    Grounds.NOT_OURS: _("不属于物业职责"),
    Grounds.DUPLICATE: _("与已办工单重复"),
    Grounds.UNTRUE: _("反映情况不实"),
    Grounds.NO_SUCH_PLACE: _("不在本项目范围"),
}


class Ruling(StrEnum):
    """What the hotline said to an objection."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


RULING_LABELS = {Ruling.ACCEPTED: _("同意退回"), Ruling.REFUSED: _("不同意，继续办理")}


class Satisfaction(StrEnum):
    """What the hotline heard when it asked the caller."""

    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    DISSATISFIED = "dissatisfied"
    NOT_REACHED = "not_reached"


SATISFACTION_LABELS = {
    Satisfaction.SATISFIED: _("满意"),
    Satisfaction.FAIRLY: _("基本满意"),
    Satisfaction.DISSATISFIED: _("不满意"),
    Satisfaction.NOT_REACHED: _("未联系上"),
}


class AlarmKind(StrEnum):
    """What a device can report."""

    SMOKE = "smoke"
    FIRE = "fire"
    GAS = "gas"
    LIFT_TRAPPED = "lift_trapped"
    LIFT_FAULT = "lift_fault"
    FLOOD = "flood"
    LEAK = "leak"
    PUMP_FAULT = "pump_fault"
    POWER_FAILURE = "power_failure"
    INTRUSION = "intrusion"
    HELP_BUTTON = "help_button"
    DOOR_FORCED = "door_forced"
    OFFLINE = "offline"
    OTHER = "other"


ALARM_LABELS = {
    AlarmKind.SMOKE: _("烟感报警"),
    AlarmKind.FIRE: _("火灾报警"),
    AlarmKind.GAS: _("燃气泄漏报警"),
    AlarmKind.LIFT_TRAPPED: _("电梯困人"),
    AlarmKind.LIFT_FAULT: _("电梯故障"),
    AlarmKind.FLOOD: _("水浸报警"),
    AlarmKind.LEAK: _("漏水报警"),
    AlarmKind.PUMP_FAULT: _("水泵故障"),
    AlarmKind.POWER_FAILURE: _("停电报警"),
    AlarmKind.INTRUSION: _("入侵报警"),
    AlarmKind.HELP_BUTTON: _("一键求助"),
    AlarmKind.DOOR_FORCED: _("门禁强开"),
    AlarmKind.OFFLINE: _("设备离线"),
    AlarmKind.OTHER: _("其他报警"),
}

#: What an alarm is about, by category and team.
ALARM_MATTERS = {
    AlarmKind.SMOKE: ("fire_safety", TeamKind.SECURITY),
    AlarmKind.FIRE: ("fire_safety", TeamKind.SECURITY),
    AlarmKind.GAS: ("fire_safety", TeamKind.SECURITY),
    AlarmKind.LIFT_TRAPPED: ("elevator", TeamKind.ENGINEERING),
    AlarmKind.LIFT_FAULT: ("elevator", TeamKind.ENGINEERING),
    AlarmKind.FLOOD: ("plumbing", TeamKind.ENGINEERING),
    AlarmKind.LEAK: ("plumbing", TeamKind.ENGINEERING),
    AlarmKind.PUMP_FAULT: ("plumbing", TeamKind.ENGINEERING),
    AlarmKind.POWER_FAILURE: ("electrical", TeamKind.ENGINEERING),
    AlarmKind.INTRUSION: ("security_order", TeamKind.SECURITY),
    AlarmKind.HELP_BUTTON: ("security_order", TeamKind.SECURITY),
    AlarmKind.DOOR_FORCED: ("access_control", TeamKind.SECURITY),
    AlarmKind.OFFLINE: ("access_control", TeamKind.ENGINEERING),
    AlarmKind.OTHER: ("access_control", TeamKind.ENGINEERING),
}

#: Life, fire and flood: urgent at once, however mildly the device puts it.
HAZARDS = frozenset(
    {
        AlarmKind.SMOKE,
        AlarmKind.FIRE,
        AlarmKind.GAS,
        AlarmKind.LIFT_TRAPPED,
        AlarmKind.FLOOD,
        AlarmKind.INTRUSION,
        AlarmKind.HELP_BUTTON,
    }
)


class AlarmSeverity(StrEnum):
    """How bad the device says it is; what is only worth knowing becomes no case."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


SEVERITY_LABELS = {AlarmSeverity.INFO: _("提示"), AlarmSeverity.WARNING: _("警告"), AlarmSeverity.CRITICAL: _("严重")}
SEVERITY_URGENCY = {
    AlarmSeverity.INFO: Urgency.P4,
    AlarmSeverity.WARNING: Urgency.P3,
    AlarmSeverity.CRITICAL: Urgency.P2,
}
