"""Template messages of a WeChat official account: JSON with an access token that lasts two hours.

The token is asked for in the way that leaves the one in force alone (`stable_token`), kept sealed with the channel, and
asked for anew once when WeChat calls it worn out.
"""

from datetime import datetime, timedelta
from typing import Any

from zhongshu.messaging.engine.carriers.base import Plain, post_json, without_answer
from zhongshu.messaging.engine.parcels import Carried, Down, Parcel, later, refused, sent
from zhongshu.messaging.engine.sealing import opened, sealed
from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.models import Channel

WORN_OUT = frozenset({40001, 40014, 42001})
TOO_OFTEN = frozenset({45009, 45011, -1})  # a limit of the day or the minute, or "busy"
NOT_US = frozenset({40013, 40125, 40164, 41004, 48001, 50001})
EARLIER = timedelta(minutes=5)
LONGEST = {"thing": 20, "phrase": 5, "character_string": 32, "time": 40}
"""Characters that WeChat takes for a field, by the beginning of its name."""


class WeChat(Plain):
    """`settings`: app, endpoint; `secret`: the account's. The text has a line `field: value` for each field."""

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        if not parcel.vendor_id:
            return refused(Fault.SETTINGS, "no template id")
        try:
            outcome, answer = self._send(parcel, self._token(at), at)
            if answer.get("errcode") in WORN_OUT:
                outcome, answer = self._send(parcel, self._token(at, is_worn_out=True), at)
        except Down as down:
            return later(down.fault, down.answer, stops=True)
        code = answer.get("errcode")
        if not outcome.is_delivered or not isinstance(code, int):
            return without_answer(outcome) if not outcome.is_delivered else refused(Fault.BROKEN, outcome.answer[:200])
        words = f"{code} {answer.get('errmsg', '')}"[:200]
        if code == 0:
            return sent(str(answer.get("msgid", "")), answer=words)
        if code in TOO_OFTEN:
            return later(Fault.THROTTLED, words, stops=True)
        return later(Fault.SETTINGS, words, stops=True) if code in NOT_US else refused(Fault.REFUSED, words)

    def _send(self, parcel: Parcel, token: str, at: datetime) -> tuple[Any, dict[str, Any]]:
        said: dict[str, Any] = {
            "touser": parcel.address,
            "template_id": parcel.vendor_id,
            "data": fields_of(parcel.text),
            "client_msg_id": parcel.key,
        }
        if parcel.url:
            said["url"] = parcel.url
        return post_json(f"{self.settings['endpoint']}/cgi-bin/message/template/send?access_token={token}", said, at=at)

    def _token(self, at: datetime, *, is_worn_out: bool = False) -> str:
        """Raises Down."""
        until = self.channel.token_until
        if not is_worn_out and until is not None and at < until:
            return opened(self.channel.token)["token"]
        said = {
            "grant_type": "client_credential",
            "appid": self.settings["app"],
            "secret": self.secret["secret"],
            "force_refresh": is_worn_out,
        }
        outcome, answer = post_json(f"{self.settings['endpoint']}/cgi-bin/stable_token", said, at=at)
        if not isinstance(answer.get("access_token"), str):
            fault = Fault.SETTINGS if outcome.is_delivered else Fault.UNREACHABLE
            raise Down(fault, f"{answer.get('errcode', outcome.fault)} {answer.get('errmsg', '')}"[:200])
        return self._keep(answer["access_token"], at + timedelta(seconds=int(answer.get("expires_in", 7200))))

    def _keep(self, token: str, until: datetime) -> str:
        self.channel.token, self.channel.token_until = sealed({"token": token}), until - EARLIER
        Channel.objects.filter(pk=self.channel.pk).update(
            token=self.channel.token, token_until=self.channel.token_until
        )
        return token


def fields_of(text: str) -> dict[str, dict[str, str]]:
    """`thing1: 停水通知` → `{"thing1": {"value": "停水通知"}}`, cut to what WeChat takes."""
    lines = [line.partition(":") for line in text.splitlines() if ":" in line]
    return {name.strip(): {"value": _cut(name.strip(), value.strip())} for name, _colon, value in lines}


def _cut(name: str, value: str) -> str:
    longest = next((most for beginning, most in LONGEST.items() if name.startswith(beginning)), 200)
    return value if len(value) <= longest else value[: longest - 1] + "…"
