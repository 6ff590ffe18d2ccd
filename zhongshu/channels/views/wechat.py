"""The door that WeChat knocks at: an official account or a mini programme sends its messages here.

The scheme is WeChat's own: https://developers.weixin.qq.com, “消息推送”. Plain mode; encrypted messages are refused.
"""

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from zhongshu.channels.actions import WechatText, hear_wechat
from zhongshu.channels.engine import signing
from zhongshu.channels.errors import BadSignature
from zhongshu.channels.kinds import Door
from zhongshu.identity.models import Site
from zhongshu.identity.queries import site_of_code
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal

LARGEST = 64 * 1024
TAKEN = "success"
_REPLY = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType>text</MsgType><Content>{words}</Content></xml>"
)


def _open(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A door without a session: the signature is the key."""
    return csrf_exempt(require_http_methods(["GET", "POST"])(view))


@_open
def wechat(request: HttpRequest, site_code: str) -> HttpResponse:
    """GET: WeChat makes sure that we are us. POST: a message. Without a good signature: 403, and nothing happens."""
    site = site_of_code(site_code)
    try:
        _check(request, site)
    except BadSignature:
        return HttpResponse(status=403)
    if request.method == "GET":
        return HttpResponse(request.GET.get("echostr", ""), content_type="text/plain")
    message = _read(request.body) if len(request.body) <= LARGEST else {}
    if site is None or message.get("MsgType") != "text":
        return HttpResponse(TAKEN)  # what people tap or send besides words is not for us; anything else is sent again
    return _heard(site, message, is_json=request.body.lstrip()[:1] == b"{")


def _check(request: HttpRequest, site: Site | None) -> None:
    signing.check_wechat(
        signing.secret_of(site.pk, Door.WECHAT) if site else "",
        timestamp=request.GET.get("timestamp", ""),
        nonce=request.GET.get("nonce", ""),
        given=request.GET.get("signature", ""),
        at=now(),
    )


def _read(body: bytes) -> dict[str, str]:
    """XML from an official account, JSON from a mini programme; nothing where it is neither."""
    try:
        if body.lstrip()[:1] == b"{":
            return {str(name): str(value) for name, value in _object(json.loads(body)).items()}
        if b"<!" in body.replace(b"<![CDATA[", b""):
            return {}
        return {child.tag: child.text or "" for child in ElementTree.fromstring(body)}  # noqa: S314 - no DTD gets here
    except (ValueError, ElementTree.ParseError, RecursionError):
        return {}


def _object(read: Any) -> dict[str, Any]:
    return read if isinstance(read, dict) else {}


def _heard(site: Site, message: dict[str, str], *, is_json: bool) -> HttpResponse:
    said = WechatText(message.get("MsgId", "")[:64], message.get("FromUserName", "")[:64], message.get("Content", ""))
    if not said.message_id or not said.sender or not said.text.strip():
        return HttpResponse(TAKEN)
    try:
        number = hear_wechat(at=now(), site=site, said=said).number
    except Refusal:
        return HttpResponse(TAKEN)  # an empty or endless text: sent again it would be no better
    if is_json:
        return HttpResponse(TAKEN)
    words = f"已收到，单号 {number}。请补充房号和联系电话，我们会尽快处理。"  # matter
    filled = _REPLY.format(
        to=escape(said.sender), sender=escape(message.get("ToUserName", "")), at=int(now().timestamp()), words=words
    )
    return HttpResponse(filled, content_type="application/xml")
