"""Secrets and signatures as the specification "Standard Webhooks" has them (HMAC-SHA256, version `v1`)."""

from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from hmac import digest
from secrets import token_bytes

from zhongshu.kernel.secrets import seal, unseal
from zhongshu.webhooks.models import Endpoint

PREFIX = "whsec_"
PURPOSE = "webhooks"


def mint() -> str:
    """A new secret, as the receiver gets to see it once."""
    return PREFIX + b64encode(token_bytes(32)).decode("ascii")


def sealed(secret: str) -> str:
    """The secret as it lies in the table."""
    return seal(PURPOSE, secret)


def headers(endpoint: Endpoint, *, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
    """What makes the message provable: its id, the instant of this try, and a signature by each secret in force."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signatures = [_signature(secret, signed) for secret in _in_force(endpoint, at)]
    return {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": " ".join(signatures)}


def _in_force(endpoint: Endpoint, at: datetime) -> list[str]:
    secrets = [endpoint.secret]
    if endpoint.old_secret_until is not None and at < endpoint.old_secret_until:
        secrets.append(endpoint.old_secret)
    return [unseal(PURPOSE, secret) for secret in secrets]


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(PREFIX))
    return "v1," + b64encode(digest(key, signed, sha256)).decode("ascii")
