"""What a system sends may have to be signed."""

from datetime import datetime

from django.http import HttpRequest

from zhongshu.channels.engine import signing
from zhongshu.channels.kinds import Door


def check_signed(request: HttpRequest, site_id: int, door: Door, *, at: datetime) -> None:
    """Raises BadSignature where the door has a secret and this is not signed with it, or not lately."""
    signing.check(
        signing.secret_of(site_id, door),
        timestamp=request.headers.get("X-Zhongshu-Timestamp", ""),
        given=request.headers.get("X-Zhongshu-Signature", ""),
        body=request.body,
        at=at,
    )
