"""Whether a message through a door comes from whom it says: its signature over time and body.

A telephone or alarm system signs `timestamp.body` with HMAC-SHA256 under the door's secret and sends it in hexadecimal
(`X-Zhongshu-Signature`) with the time in seconds (`X-Zhongshu-Timestamp`). WeChat signs as WeChat does: SHA-1 over
token, timestamp and nonce, sorted and joined.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from zhongshu.channels.errors import BadSignature
from zhongshu.channels.kinds import Door
from zhongshu.channels.models import DoorKey
from zhongshu.kernel.secrets import unseal

PURPOSE = "channels.door"
FRESH = timedelta(minutes=5)


def secret_of(site_id: int, door: Door) -> str:
    """The secret of a door; empty where none was set."""
    sealed = DoorKey.objects.filter(site_id=site_id, door=door).values_list("sealed", flat=True).first()
    return unseal(PURPOSE, sealed) if sealed else ""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a system sends along."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def check(secret: str, *, timestamp: str, given: str, body: bytes, at: datetime) -> None:
    """Raises BadSignature. A door without a secret is guarded by the token alone."""
    if not secret:
        return
    if not _is_fresh(timestamp, at) or not _same(given, signature(secret, timestamp, body)):
        raise BadSignature(_("签名不正确或已过期。"))


def wechat_signature(token: str, timestamp: str, nonce: str) -> str:
    """As the documentation of WeChat official accounts has it."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce])).encode()).hexdigest()  # noqa: S324 - their scheme


def check_wechat(token: str, *, timestamp: str, nonce: str, given: str, at: datetime) -> None:
    """Raises BadSignature, also where the site has no WeChat account."""
    is_signed = bool(token) and _same(given, wechat_signature(token, timestamp, nonce))
    if not is_signed or not _is_fresh(timestamp, at):
        raise BadSignature(_("签名不正确或已过期。"))


def _is_fresh(timestamp: str, at: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 11):
        return False
    return abs(at.timestamp() - int(timestamp)) <= FRESH.total_seconds()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.strip().lower().encode(), expected.encode())
