"""The life of a case: heard, worked on, called back about, closed."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class CaseState(StrEnum):
    OPEN = "open"
    FOLLOW_UP = "follow_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


CASE_STATE_LABELS = {
    CaseState.OPEN: _("处理中"),
    CaseState.FOLLOW_UP: _("待回访"),
    CaseState.CLOSED: _("已关闭"),
    CaseState.WITHDRAWN: _("已撤销"),
}

CASE_MOVES: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset({CaseState.FOLLOW_UP, CaseState.CLOSED, CaseState.WITHDRAWN}),
    CaseState.FOLLOW_UP: frozenset({CaseState.OPEN, CaseState.CLOSED}),
    CaseState.CLOSED: frozenset({CaseState.OPEN}),
    CaseState.WITHDRAWN: frozenset(),
}


class Channel(StrEnum):
    TELEPHONE = "telephone"
    COUNTER = "counter"
    LETTER = "letter"
    WECHAT = "wechat"
    PORTAL = "portal"
    EMPLOYEE = "employee"
    PATROL = "patrol"
    HOTLINE_12345 = "hotline_12345"
    ALARM = "alarm"
    API = "api"


CHANNEL_LABELS = {
    Channel.TELEPHONE: _("电话"),
    Channel.COUNTER: _("前台"),
    Channel.LETTER: _("信件"),
    Channel.WECHAT: _("微信"),
    Channel.PORTAL: _("住户端"),
    Channel.EMPLOYEE: _("员工上报"),
    Channel.PATROL: _("巡查发现"),
    Channel.HOTLINE_12345: _("12345转办"),
    Channel.ALARM: _("设备报警"),
    Channel.API: _("接口"),
}


class Answer(StrEnum):
    """What the customer said when called back."""

    CONTENT = "content"
    NOT_CONTENT = "not_content"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


ANSWER_LABELS = {
    Answer.CONTENT: _("满意"),
    Answer.NOT_CONTENT: _("不满意"),
    Answer.UNREACHABLE: _("联系不上"),
    Answer.REFUSED: _("不愿接受回访"),
}


class IncidentState(StrEnum):
    """One outage or works for many: under way (or announced), over, everybody answered."""

    OPEN = "open"
    RESTORED = "restored"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


INCIDENT_STATE_LABELS = {
    IncidentState.OPEN: _("处理中"),
    IncidentState.RESTORED: _("已恢复，待答复"),
    IncidentState.CLOSED: _("已关闭"),
    IncidentState.WITHDRAWN: _("已撤销"),
}
