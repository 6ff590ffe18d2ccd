"""Spending what is limited (`policies.rates`), counted together for all web processes in one table."""

from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from zhongshu.identity.errors import ComeBackLater, TooManyRequests
from zhongshu.identity.models import RateUse
from zhongshu.identity.policies.rates import API_READ, API_WRITE, EXPORT, STRANGER, Rate

READING = frozenset({"GET", "HEAD", "OPTIONS"})

# `Rate.spend`, by the database's clock: of two web processes neither can be ahead. No row comes back when nothing is
# left. The clock is asked after the row is locked, so whoever waited counts from then.
_SPEND = """
    INSERT INTO identity_rateuse AS used (key, free_at) VALUES (%(key)s, clock_timestamp() + %(pause)s)
    ON CONFLICT (key) DO UPDATE SET free_at = %(pause)s + CASE
        WHEN used.free_at > clock_timestamp() + %(credit)s + %(pause)s THEN clock_timestamp()
        ELSE greatest(used.free_at, clock_timestamp()) END
    WHERE used.free_at <= clock_timestamp() + %(credit)s
       OR used.free_at > clock_timestamp() + %(credit)s + %(pause)s
    RETURNING free_at
"""
_WAIT = """
    SELECT extract(epoch FROM free_at - %(credit)s - clock_timestamp()) FROM identity_rateuse WHERE key = %(key)s
"""


def spend(rate: Rate, who: str) -> None:
    """One more of it for them (`user:7`); one statement. Raises TooManyRequests."""
    wanted: dict[str, Any] = {"key": f"{rate.name} {who}", "pause": rate.pause, "credit": rate.credit}
    with connection.cursor() as cursor:
        cursor.execute(_SPEND, wanted)
        if cursor.fetchone() is not None:
            return
        cursor.execute(_WAIT, wanted)
        seconds = max(ceil((cursor.fetchone() or [0])[0]), 1)
    raise TooManyRequests(_("操作太频繁，请等 %(n)s 秒再试。") % {"n": seconds}, retry_after=seconds)


def spend_for(request: HttpRequest, who: str) -> None:
    """What this request of theirs costs, if anything. Raises TooManyRequests; the answer tells when to come back."""
    rate = rate_of(request)
    if rate is None:
        return
    try:
        spend(rate, who)
    except TooManyRequests as refusal:
        put_retry_after(request, refusal)
        raise


def put_retry_after(request: HttpRequest, refusal: ComeBackLater) -> int:
    """Has the answer tell when to come back; gives its status."""
    request.retry_after = refusal.retry_after  # type: ignore[attr-defined]
    return refusal.status


def rate_of(request: HttpRequest) -> Rate | None:
    """That of its address (`settings.LIMITED_ADDRESSES`), else of any call of the API, or of a stranger's request."""
    name = _name_of_address(request) or _name_at_large(request)
    limits: dict[str, Rate] = settings.LIMITS
    return limits.get(name)


def forget_spent(*, at: datetime) -> int:
    """Rows that mean nothing any more; how many there were."""
    return RateUse.objects.filter(free_at__lt=at).delete()[0]


def _name_of_address(request: HttpRequest) -> str:
    if request.GET.get("export"):
        return EXPORT.name
    address = request.resolver_match.view_name if request.resolver_match else ""
    table: dict[str, str] = settings.LIMITED_ADDRESSES
    return table.get(f"{request.method} {address}", "")


def _name_at_large(request: HttpRequest) -> str:
    if request.path.startswith("/api/"):
        return API_READ.name if request.method in READING else API_WRITE.name
    return "" if request.user.is_authenticated else STRANGER.name
