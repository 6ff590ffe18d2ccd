"""What each kind of channel needs to be told, and what is wrong with what it was told."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.messaging.kinds import ChannelKind

MAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
MOBILE = re.compile(r"\+?\d{5,19}")
SECURITIES = {"none": _("不加密"), "starttls": "STARTTLS", "tls": "TLS"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to fill in. A secret is kept sealed and never shown again; `is_url`: looked at as those of webhooks."""

    name: str
    label: str | Promise
    is_secret: bool = False
    is_required: bool = True
    is_url: bool = False
    usual: str = ""


_BOT = (
    Setting("url", _("机器人 Webhook 地址"), is_secret=True, is_url=True),
    Setting("secret", _("加签密钥"), is_secret=True, is_required=False),
)
SETTINGS: dict[ChannelKind, tuple[Setting, ...]] = {
    ChannelKind.WEB_PUSH: (Setting("contact", _("联系邮箱（推送服务商用）")),),
    ChannelKind.WECOM: _BOT[:1],
    ChannelKind.DINGTALK: _BOT,
    ChannelKind.FEISHU: _BOT,
    ChannelKind.SMTP: (
        Setting("host", _("服务器")),
        Setting("port", _("端口"), usual="465"),
        Setting("security", _("加密方式"), usual="tls"),
        Setting("sender", _("发件人地址")),
        Setting("username", _("登录名"), is_required=False),
        Setting("password", _("登录密码"), is_secret=True, is_required=False),
    ),
    ChannelKind.TENCENT: (
        Setting("app", "SmsSdkAppId"),
        Setting("signature", _("短信签名")),
        Setting("region", _("地域"), usual="ap-guangzhou"),
        Setting("endpoint", _("接口地址"), is_url=True, usual="https://sms.tencentcloudapi.com"),
        Setting("secret_id", "SecretId", is_secret=True),
        Setting("secret_key", "SecretKey", is_secret=True),
    ),
    ChannelKind.SMPP: (
        Setting("host", _("服务器")),
        Setting("port", _("端口"), usual="2775"),
        Setting("system_id", "system_id"),
        Setting("password", _("登录密码"), is_secret=True),
        Setting("system_type", "system_type", is_required=False),
        Setting("source", _("发送号码"), is_required=False),
        Setting("signature", _("短信签名"), is_required=False),
    ),
    ChannelKind.WECHAT: (
        Setting("app", "AppID"),
        Setting("secret", "AppSecret", is_secret=True),
        Setting("endpoint", _("接口地址"), is_url=True, usual="https://api.weixin.qq.com"),
    ),
}
_CHECKS = {
    "host": (HOST, _("请填写服务器的名字或地址，不带 http:// 和端口。")),
    "contact": (MAIL, _("请填写一个邮箱地址。")),
    "sender": (MAIL, _("请填写一个邮箱地址。")),
    "region": (re.compile(r"[a-z0-9-]{2,30}"), _("请填写云服务商的地域代码，如 ap-guangzhou。")),
}


def wrong_in(kind: ChannelKind, values: Mapping[str, str]) -> tuple[str, str] | None:
    """The first setting that will not do, with a sentence; None when all will."""
    for setting in SETTINGS[kind]:
        value = values.get(setting.name, "")
        if not value:
            if setting.is_required:
                return setting.name, str(_("请填写%(what)s。") % {"what": setting.label})
            continue
        sentence = _wrong(setting.name, value)
        if sentence:
            return setting.name, sentence
    return None


def _wrong(name: str, value: str) -> str:
    if "\n" in value or "\r" in value:
        return str(_("不能换行。"))
    if name == "port":
        return "" if value.isdecimal() and 0 < int(value[:6]) < 65536 else str(_("端口是 1 到 65535 的整数。"))
    if name == "security":
        return "" if value in SECURITIES else str(_("没有这种加密方式。"))
    pattern, sentence = _CHECKS.get(name, (None, ""))
    return "" if pattern is None or pattern.fullmatch(value) else str(sentence)
