"""By what people are told, and how far a delivery is."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Way(StrEnum):
    """By what somebody is reached, whoever carries it."""

    PUSH = "push"
    BOT = "bot"
    EMAIL = "email"
    SMS = "sms"
    WECHAT = "wechat"
    PORTAL = "portal"
    LETTER = "letter"


WAY_LABELS = {
    Way.PUSH: _("手机推送"),
    Way.BOT: _("群机器人"),
    Way.EMAIL: _("电子邮件"),
    Way.SMS: _("短信"),
    Way.WECHAT: _("微信公众号"),
    Way.PORTAL: _("住户页面"),
    Way.LETTER: _("纸质信函"),
}


class ChannelKind(StrEnum):
    """Who carries it: a protocol and the settings it needs."""

    WEB_PUSH = "web_push"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    SMTP = "smtp"
    TENCENT = "tencent"
    SMPP = "smpp"
    WECHAT = "wechat"


CHANNEL_KIND_LABELS = {
    ChannelKind.WEB_PUSH: _("浏览器推送"),
    ChannelKind.WECOM: _("企业微信群机器人"),
    ChannelKind.DINGTALK: _("钉钉群机器人"),
    ChannelKind.FEISHU: _("飞书群机器人"),
    ChannelKind.SMTP: _("邮件服务器（SMTP）"),
    ChannelKind.TENCENT: _("腾讯云短信"),
    ChannelKind.SMPP: _("短信网关（SMPP）"),
    ChannelKind.WECHAT: _("微信公众号消息"),
}

WAY_OF = {
    ChannelKind.WEB_PUSH: Way.PUSH,
    ChannelKind.WECOM: Way.BOT,
    ChannelKind.DINGTALK: Way.BOT,
    ChannelKind.FEISHU: Way.BOT,
    ChannelKind.SMTP: Way.EMAIL,
    ChannelKind.TENCENT: Way.SMS,
    ChannelKind.SMPP: Way.SMS,
    ChannelKind.WECHAT: Way.WECHAT,
}

REPEATABLE = frozenset({Way.PUSH, Way.BOT})
"""Twice does no harm: a push replaces itself, a group reads a line twice. All else is never sent again in silence."""

STAFF_WAYS = (Way.PUSH, Way.EMAIL, Way.SMS)
"""What an employee may choose among."""

CUSTOMER_WAYS = (Way.WECHAT, Way.PORTAL, Way.SMS, Way.EMAIL, Way.LETTER)
"""What a customer may choose among."""


class Fault(StrEnum):
    """Why a try did not succeed."""

    UNREACHABLE = "unreachable"
    FORBIDDEN = "forbidden"
    SETTINGS = "settings"
    THROTTLED = "throttled"
    TIMEOUT = "timeout"
    BROKEN = "broken"
    REFUSED = "refused"
    NO_ADDRESS = "no_address"


FAULT_LABELS = {
    Fault.UNREACHABLE: _("连不上"),
    Fault.FORBIDDEN: _("地址不允许"),
    Fault.SETTINGS: _("账号或设置不被接受"),
    Fault.THROTTLED: _("被限流"),
    Fault.TIMEOUT: _("超时"),
    Fault.BROKEN: _("连接中断"),
    Fault.REFUSED: _("对方拒绝"),
    Fault.NO_ADDRESS: _("没有收件地址"),
}


class Group(StrEnum):
    """Kinds of messages as people choose among them."""

    ORDERS = "orders"
    ESCALATIONS = "escalations"
    CASES = "cases"
    REPORTS = "reports"
    SYSTEM = "system"
    OTHER = "other"


GROUP_LABELS = {
    Group.ORDERS: _("工单"),
    Group.ESCALATIONS: _("超时督办"),
    Group.CASES: _("报事"),
    Group.REPORTS: _("报表"),
    Group.SYSTEM: _("系统"),
    Group.OTHER: _("其他"),
}


class When(StrEnum):
    NEVER = "never"
    ON_SHIFT = "on_shift"
    ALWAYS = "always"


WHEN_LABELS = {When.NEVER: _("不用"), When.ON_SHIFT: _("当班时"), When.ALWAYS: _("任何时候")}
