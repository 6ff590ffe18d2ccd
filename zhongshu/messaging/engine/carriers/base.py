"""What the carriers share."""

import json
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from zhongshu.messaging.engine.parcels import Carried, Report, later, unsure
from zhongshu.messaging.engine.sealing import opened
from zhongshu.messaging.kinds import Fault
from zhongshu.messaging.models import Channel
from zhongshu.webhooks.engine.sending import Outcome, post
from zhongshu.webhooks.kinds import WebhookFault

ANSWER = 2000  # characters that an answer in JSON may have
_NEVER_LEFT = {
    WebhookFault.UNREACHABLE: Fault.UNREACHABLE,
    WebhookFault.UNKNOWN_HOST: Fault.UNREACHABLE,
    WebhookFault.TLS: Fault.UNREACHABLE,
    WebhookFault.FORBIDDEN: Fault.FORBIDDEN,
}


class Plain:
    """A carrier that needs no connection of its own and gives no receipts."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.settings: dict[str, Any] = channel.settings
        self.secret = opened(channel.secret)
        self.reports: list[Report] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def collect(self) -> None:
        """Nothing comes."""


def post_json(url: str, said: object, *, at: datetime) -> tuple[Outcome, dict[str, Any]]:
    """A POST by the rules of webhooks; what was answered, as the object it should be (else empty)."""
    body = json.dumps(said, ensure_ascii=False).encode()
    outcome = post(url, body, {"Content-Type": "application/json; charset=utf-8"}, at=at, kept=ANSWER)
    try:
        answer = json.loads(outcome.answer)
    except ValueError:
        answer = None
    return outcome, answer if isinstance(answer, dict) else {}


def without_answer(outcome: Outcome) -> Carried:
    """What is to be thought of a request that got no answer, or not of the kind that its protocol has."""
    if outcome.status is None:
        never_left = _NEVER_LEFT.get(WebhookFault(outcome.fault))
        if never_left is not None:
            return later(never_left, outcome.fault, stops=True)
        return unsure(Fault.TIMEOUT if outcome.fault == WebhookFault.TIMEOUT else Fault.BROKEN)
    if outcome.status == 429:
        return later(Fault.THROTTLED, f"HTTP {outcome.status}", stops=True)
    if outcome.status >= 500:
        return unsure(Fault.BROKEN, f"HTTP {outcome.status} {outcome.answer[:200]}")
    return later(Fault.SETTINGS, f"HTTP {outcome.status} {outcome.answer[:200]}", stops=True)
