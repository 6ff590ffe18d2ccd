"""What each provider's merchant account needs to be told, and what is wrong with what it was told."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.remittance.kinds import Provider


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing to fill in. A secret is kept sealed and never shown again; `is_key`: base64 over several lines."""

    name: str
    label: str | Promise
    is_secret: bool = False
    is_key: bool = False
    usual: str = ""


SETTINGS: dict[Provider, tuple[Setting, ...]] = {
    Provider.WECHAT: (
        Setting("merchant", _("商户号")),
        Setting("app", "AppID"),
        Setting("serial", _("商户证书序列号")),
        Setting("private_key", _("商户私钥"), is_secret=True, is_key=True),
        Setting("api_key", _("APIv3 密钥"), is_secret=True),
        Setting("public_key_id", _("微信支付公钥 ID")),
        Setting("public_key", _("微信支付公钥"), is_key=True),
        Setting("endpoint", _("接口地址"), usual="https://api.mch.weixin.qq.com"),
    ),
    Provider.ALIPAY: (
        Setting("merchant", _("支付宝账号（2088 开头的 PID）")),
        Setting("app", _("应用 AppID")),
        Setting("private_key", _("应用私钥"), is_secret=True, is_key=True),
        Setting("public_key", _("支付宝公钥"), is_key=True),
        Setting("endpoint", _("接口地址"), usual="https://openapi.alipay.com/gateway.do"),
    ),
}

_CHECKS: dict[str, tuple[re.Pattern[str], str | Promise]] = {
    "merchant": (re.compile(r"\d{8,20}"), _("这里只填数字。")),
    "app": (re.compile(r"[A-Za-z0-9]{8,32}"), _("请照商户平台上的写，只有字母和数字。")),
    "serial": (re.compile(r"[0-9A-Fa-f]{16,64}"), _("证书序列号是 40 位的十六进制数。")),
    "public_key_id": (re.compile(r"PUB_KEY_ID_\w{8,64}"), _("应以 PUB_KEY_ID_ 开头。")),
    "api_key": (re.compile(r"[\x21-\x7e]{32}"), _("APIv3 密钥是 32 个字符。")),
}
_ARMOUR = re.compile(r"-----[^-]*-----|\s+")


def wrong_in(provider: Provider, values: Mapping[str, str]) -> tuple[str, str] | None:
    """The first setting that will not do, with a sentence; None when all will."""
    for setting in SETTINGS[provider]:
        value = values.get(setting.name, "")
        if not value:
            return setting.name, str(_("请填写%(what)s。") % {"what": setting.label})
        sentence = _wrong(setting, value)
        if sentence:
            return setting.name, sentence
    return None


def private_pem(text: str) -> str:
    """A private RSA key of PKCS#8 or PKCS#1, with or without its armour, as PKCS#8 PEM. Raises ValueError."""
    key = load_der_private_key(_bare(text), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("not an RSA key")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(text: str) -> str:
    """A public RSA key, with or without its armour, as PEM. Raises ValueError."""
    key = load_der_public_key(_bare(text))
    if not isinstance(key, RSAPublicKey):
        raise ValueError("not an RSA key")
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _bare(text: str) -> bytes:
    try:
        return b64decode(_ARMOUR.sub("", text), validate=True)
    except NotBase64 as error:
        raise ValueError("not base64") from error


def _wrong(setting: Setting, value: str) -> str:
    if setting.is_key:
        try:
            private_pem(value) if setting.is_secret else public_pem(value)
        except (ValueError, TypeError):
            return str(_("这不是一把 RSA 密钥，请把整段内容贴进来。"))
        return ""
    pattern, sentence = _CHECKS.get(setting.name, (None, ""))
    return "" if pattern is None or pattern.fullmatch(value) else str(sentence)
