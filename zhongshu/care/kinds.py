"""The words of care."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Rule(StrEnum):
    """Why the score moves. The arrears rules stand in the order of their ladder."""

    ARREARS_3 = "arrears.3"
    ARREARS_4 = "arrears.4"
    ARREARS_5 = "arrears.5"
    ARREARS_6 = "arrears.6"
    ARREARS_12 = "arrears.12"
    ARREARS_LEGAL = "arrears.legal"
    COMPLAINT_NOT_UPHELD = "complaint.not_upheld"
    COMPLAINT_ORDINARY = "complaint.ordinary"
    COMPLAINT_MEDIUM = "complaint.medium"
    COMPLAINT_MAJOR = "complaint.major"
    PREPAID_12 = "prepaid.12"
    REVERSAL = "reversal"


RULE_LABELS = {
    Rule.ARREARS_3: _("欠费 3 个月"),
    Rule.ARREARS_4: _("欠费 4 个月"),
    Rule.ARREARS_5: _("欠费 5 个月"),
    Rule.ARREARS_6: _("欠费 6 个月以上"),
    Rule.ARREARS_12: _("欠费 12 个月"),
    Rule.ARREARS_LEGAL: _("催费期满仍欠费"),
    Rule.COMPLAINT_NOT_UPHELD: _("非有效性投诉及建议"),
    Rule.COMPLAINT_ORDINARY: _("有效性一般投诉"),
    Rule.COMPLAINT_MEDIUM: _("有效性中等投诉"),
    Rule.COMPLAINT_MAJOR: _("有效性重大投诉"),
    Rule.PREPAID_12: _("预交满 12 个月"),
    Rule.REVERSAL: _("冲回"),
}


class Band(StrEnum):
    """Of the score, the best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    PRIORITY = "priority"


BAND_LABELS = {
    Band.EXCELLENT: _("优"),
    Band.GOOD: _("良"),
    Band.FAIR: _("中"),
    Band.POOR: _("差"),
    Band.PRIORITY: _("重点项目"),
}

BAND_FACES = {
    Band.EXCELLENT: "😄",
    Band.GOOD: "🙂",
    Band.FAIR: "😐",
    Band.POOR: "🙁",
    Band.PRIORITY: "😡",
}


class Manner(StrEnum):
    """How the table asks people to act."""

    EXPLANATION = "explanation"
    APOLOGY = "apology"
    TELEPHONE = "telephone"
    DOOR = "door"
    DOOR_PAPER = "door_paper"
    LEGAL = "legal"


MANNER_LABELS = {
    Manner.EXPLANATION: _("详细解释"),
    Manner.APOLOGY: _("及时受理、保持联系并致歉、反馈结果"),
    Manner.TELEPHONE: _("电话了解需求、温馨提醒"),
    Manner.DOOR: _("上门了解需求、婉转催交"),
    Manner.DOOR_PAPER: _("上门递交催费通知书"),
    Manner.LEGAL: _("法务跟进，收集诉讼材料"),
}


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    HELD = "held"


TASK_LABELS = {
    TaskState.OPEN: _("进行中"),
    TaskState.DONE: _("已完成"),
    TaskState.WITHDRAWN: _("已撤回"),
    TaskState.HELD: _("暂缓"),
}


class Hold(StrEnum):
    """Why a task waits."""

    DISPUTE = "dispute"
    PLAN = "plan"
    OPENING = "opening"


HOLD_LABELS = {
    Hold.DISPUTE: _("对费用有争议，暂缓"),
    Hold.PLAN: _("分期约定正在履行，暂缓"),
    Hold.OPENING: _("上线时的旧欠费，分批处理"),
}


class LegalStepKind(StrEnum):
    """What ends the return of the legal order."""

    SUIT = "suit"
    PAYMENT_ORDER = "payment_order"
    SETTLEMENT = "settlement"
    WRITE_OFF = "write_off"


LEGAL_STEP_LABELS = {
    LegalStepKind.SUIT: _("已起诉"),
    LegalStepKind.PAYMENT_ORDER: _("已申请支付令"),
    LegalStepKind.SETTLEMENT: _("已和解"),
    LegalStepKind.WRITE_OFF: _("已核销"),
}


class ReviewOutcome(StrEnum):
    """What came of a customer's request that a person look again."""

    WAITING = "waiting"
    UPHELD = "upheld"
    CORRECTED = "corrected"


REVIEW_LABELS = {
    ReviewOutcome.WAITING: _("待复核"),
    ReviewOutcome.UPHELD: _("维持"),
    ReviewOutcome.CORRECTED: _("已更正"),
}

#: What a customer must know about the score, in plain words.
CUSTOMER_NOTES = (
    _("每户从 100 分开始，记的分到期自动取消。投诉是否成立由人认定；欠费和预交按账单自动计算。"),
    _("分数只用来提醒工作人员联系您，不影响报修、投诉的受理和处理快慢。"),
    _("您有权查看、复制这些记录；对分数有意见，可以申请人工复核，15 天内答复，记错的会更正。"),
)
