"""The words of the quality department."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Direction(StrEnum):
    """Who asks whom. `help`: a site asks the quality department; `supervision`: the department asks a site."""

    HELP = "help"
    SUPERVISION = "supervision"


DIRECTION_LABELS = {Direction.HELP: _("求助品质部"), Direction.SUPERVISION: _("督办")}
PREFIXES = {Direction.HELP: "QZ", Direction.SUPERVISION: "DB"}


class InquiryState(StrEnum):
    """`open`: waits for an answer; `answered`: whoever asked has to say whether it is enough."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"


INQUIRY_STATE_LABELS = {
    InquiryState.OPEN: _("待答复"),
    InquiryState.ANSWERED: _("待确认"),
    InquiryState.CLOSED: _("已了结"),
}


class Said(StrEnum):
    """What a line of an inquiry is."""

    ASKED = "asked"
    TAKEN = "taken"
    ADVICE = "advice"
    PERSON = "person"
    DECISION = "decision"
    ANSWER = "answer"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ESCALATED = "escalated"


SAID_LABELS = {
    Said.ASKED: _("提出"),
    Said.TAKEN: _("受理"),
    Said.ADVICE: _("给出建议"),
    Said.PERSON: _("派人支援"),
    Said.DECISION: _("作出决定"),
    Said.ANSWER: pgettext_lazy("quality", "答复"),
    Said.RETURNED: _("退回重答"),
    Said.ACCEPTED: _("认可了结"),
    Said.ESCALATED: _("上报公司总部"),
}
#: How the department answers a site; a site answers in words alone.
ANSWERS = {
    Direction.HELP: (Said.ADVICE, Said.PERSON, Said.DECISION),
    Direction.SUPERVISION: (Said.ANSWER,),
}


class Criterion(StrEnum):
    """What a reviewer looks at in a closed case; 1 to 5 points each."""

    HEARD = "heard"
    IN_TIME = "in_time"
    WORK = "work"
    ANSWERED = "answered"
    CLOSURE = "closure"


CRITERION_LABELS = {
    Criterion.HEARD: _("受理：位置、类别、紧急程度正确"),
    Criterion.IN_TIME: _("时限：接单、到场、完工按时"),
    Criterion.WORK: _("处理：做法得当，照片和说明齐全"),
    Criterion.ANSWERED: _("回访：客户的答复如实记录"),
    Criterion.CLOSURE: _("办结：关闭有依据"),
}


class Consequence(StrEnum):
    """What a fault that was found leads to."""

    NONE = "none"
    REOPEN = "reopen"
    SUPERVISE = "supervise"


CONSEQUENCE_LABELS = {
    Consequence.NONE: _("没有问题"),
    Consequence.REOPEN: _("有问题，重开报事"),
    Consequence.SUPERVISE: _("有问题，发起督办"),
}


class Verdict(StrEnum):
    """What the department thinks of a judgement drawn."""

    AGREED = "agreed"
    ADVISED = "advised"
    REVISED = "revised"


VERDICT_LABELS = {
    Verdict.AGREED: _("认可"),
    Verdict.ADVISED: _("结论认可，有改进意见"),
    Verdict.REVISED: _("不认可，修正裁定"),
}
