"""Bots of groups in WeCom, DingTalk and Feishu: a POST of JSON, signed where the platform has a signature.

Written by hand on the sender of webhooks rather than with a library: see docs/adr.
"""

from base64 import b64encode
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Any
from urllib.parse import urlencode

from zhongshu.messaging.engine.carriers.base import Plain, post_json, without_answer
from zhongshu.messaging.engine.parcels import Carried, Parcel, later, refused, sent
from zhongshu.messaging.kinds import ChannelKind, Fault
from zhongshu.messaging.models import Channel

TOO_OFTEN = frozenset({45009, 130101, 9499, 11232})
"""WeCom, DingTalk, Feishu (twice): so many a minute and no more."""

NOT_US = frozenset({93000, 300001, 310000, 19021, 19022, 19024})
"""The key is unknown, the signature wrong, the address not on the list, or a word the group asks for is missing."""


class Bot(Plain):
    """One group. `url` and, where there is one, `secret` lie sealed."""

    def __init__(self, channel: Channel, kind: ChannelKind) -> None:
        super().__init__(channel)
        self.kind = kind

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        url, said = self._request(parcel, at)
        outcome, answer = post_json(url, said, at=at)
        code = answer.get("errcode", answer.get("code", answer.get("StatusCode")))
        if not outcome.is_delivered or not isinstance(code, int):
            return without_answer(outcome) if not outcome.is_delivered else refused(Fault.BROKEN, outcome.answer[:200])
        words = f"{code} {answer.get('errmsg', answer.get('msg', ''))}"[:200]
        if code == 0:
            return sent(answer=words)
        if code in TOO_OFTEN:
            return later(Fault.THROTTLED, words, stops=True)
        return later(Fault.SETTINGS, words, stops=True) if code in NOT_US else refused(Fault.REFUSED, words)

    def _request(self, parcel: Parcel, at: datetime) -> tuple[str, dict[str, Any]]:
        url, secret = self.secret["url"], self.secret.get("secret", "")
        numbers = list(parcel.mentions)
        match self.kind:
            case ChannelKind.WECOM:
                text: dict[str, Any] = {"content": parcel.text, "mentioned_mobile_list": numbers}
                return url, {"msgtype": "text", "text": text}
            case ChannelKind.DINGTALK:
                said = {"msgtype": "text", "text": {"content": parcel.text}, "at": {"atMobiles": numbers}}
                return (f"{url}&{_dingtalk(secret, at)}" if secret else url), said
            case _:
                said = {"msg_type": "text", "content": {"text": parcel.text}}
                return url, (said | _feishu(secret, at) if secret else said)


def _dingtalk(secret: str, at: datetime) -> str:
    """The secret signs the time in milliseconds with itself; both go into the address."""
    stamp = str(int(at.timestamp() * 1000))
    signature = b64encode(digest(secret.encode(), f"{stamp}\n{secret}".encode(), sha256)).decode()
    return urlencode({"timestamp": stamp, "sign": signature})


def _feishu(secret: str, at: datetime) -> dict[str, str]:
    """Time in seconds and secret are the key that signs nothing; both go into the body."""
    stamp = str(int(at.timestamp()))
    return {"timestamp": stamp, "sign": b64encode(digest(f"{stamp}\n{secret}".encode(), b"", sha256)).decode()}
