"""Web push (RFC 8030, 8291, 8292): encrypted for one browser, signed by us, posted to its push service.

pywebpush encrypts; what is sent goes by the rules of webhooks, since it is a browser that names the address.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from py_vapid import Vapid02
from pywebpush import WebPusher

from zhongshu.messaging.engine.carriers.base import Plain
from zhongshu.messaging.engine.parcels import Carried, Parcel, Subscription, later, refused
from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.webhooks.engine.sending import Outcome, post

LIVES = timedelta(hours=12)
GONE = frozenset({404, 410})
KEPT_FOR = 4 * 3600  # seconds for which the push service keeps it for a browser that sleeps


class WebPush(Plain):
    """All the browsers of one person; a second push of the same message replaces the first (`Topic`, `tag`)."""

    def carry(self, parcel: Parcel, *, at: datetime) -> Carried:
        if not parcel.subscriptions:
            return refused(Fault.NO_ADDRESS)
        outcomes = [(each, self._push(each, parcel, at)) for each in parcel.subscriptions]
        gone = tuple(each.pk for each, outcome in outcomes if outcome.status in GONE)
        if any(outcome.is_delivered for _each, outcome in outcomes):
            return Carried(state=DeliveryState.SENT, gone=gone, answer=_words(outcomes[0][1]))
        if len(gone) == len(outcomes):
            return Carried(state=DeliveryState.FAILED, fault=Fault.NO_ADDRESS, gone=gone)
        worst = next(outcome for _each, outcome in outcomes if outcome.status not in GONE)
        if worst.status in (400, 401, 403, 413):
            return Carried(state=DeliveryState.FAILED, fault=Fault.REFUSED, answer=_words(worst), gone=gone)
        return later(Fault.THROTTLED if worst.status == 429 else Fault.UNREACHABLE, _words(worst))

    def _push(self, subscription: Subscription, parcel: Parcel, at: datetime) -> Outcome:
        said = {"title": parcel.title, "body": parcel.text, "link": parcel.link, "tag": parcel.key}
        pusher = WebPusher({"endpoint": subscription.endpoint, "keys": dict(subscription.keys)})
        body = pusher.encode(json.dumps(said, ensure_ascii=False).encode())["body"]
        return post(subscription.endpoint, body, self._headers(subscription, parcel, at), at=at)

    def _headers(self, subscription: Subscription, parcel: Parcel, at: datetime) -> dict[str, str]:
        service = urlsplit(subscription.endpoint)
        claims = {
            "aud": f"{service.scheme}://{service.netloc}",
            "exp": int((at + LIVES).timestamp()),
            "sub": self.settings["contact"],
        }
        signed: dict[str, str] = Vapid02.from_string(self.secret["private_key"]).sign(claims)
        return signed | {
            "Content-Type": "application/octet-stream",
            "Content-Encoding": "aes128gcm",
            "TTL": str(KEPT_FOR),
            "Urgency": "high" if parcel.is_urgent else "normal",
            "Topic": sha256(parcel.key.encode()).hexdigest()[:32],
        }


def _words(outcome: Outcome) -> str:
    return f"HTTP {outcome.status} {outcome.answer[:200]}" if outcome.status else outcome.fault
