"""One try: a POST that follows nowhere, trusts nobody's certificate unseen, waits and reads only so much.

The name is resolved here and the connection made to the address that was looked at, so that a name which answers
differently the next moment leads nowhere else.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache

import httpx

from zhongshu.webhooks.engine.destinations import addresses_of, is_allowed
from zhongshu.webhooks.kinds import WebhookFault

CONNECTS_WITHIN = 3.0  # seconds
ANSWERS_WITHIN = 8.0
ALL_WITHIN = 10.0
READ_AT_MOST = 2048  # bytes of the answer
KEPT = 500  # characters of it
ADDRESSES_TRIED = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` None: there was no answer, and `fault` says why. `asked`: so long the endpoint asks to be left alone."""

    status: int | None = None
    answer: str = ""
    fault: str = ""
    asked: timedelta | None = None
    milliseconds: int = 0

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and self.status // 100 == 2


def post(url: str, body: bytes, headers: Mapping[str, str], *, at: datetime, kept: int = KEPT) -> Outcome:
    """Try once; `kept` characters of the answer are. Never raises: whatever goes wrong on the way is an outcome."""
    started = time.perf_counter()
    with ThreadPoolExecutor(1) as apart:  # from a loop that the caller's thread may have
        outcome = apart.submit(asyncio.run, _tried(httpx.URL(url), body, headers, at)).result()
    spent = int((time.perf_counter() - started) * 1000)
    return Outcome(outcome.status, outcome.answer[:kept], outcome.fault, outcome.asked, spent)


async def _tried(url: httpx.URL, body: bytes, headers: Mapping[str, str], at: datetime) -> Outcome:
    try:
        async with asyncio.timeout(ALL_WITHIN):
            return await _to_one_of(url, body, headers, at)
    except (TimeoutError, httpx.TimeoutException):
        return Outcome(fault=WebhookFault.TIMEOUT)
    except httpx.ConnectError as error:
        return Outcome(fault=WebhookFault.TLS if _is_about_tls(error) else WebhookFault.UNREACHABLE)
    except httpx.HTTPError:
        return Outcome(fault=WebhookFault.BROKEN)


async def _to_one_of(url: httpx.URL, body: bytes, headers: Mapping[str, str], at: datetime) -> Outcome:
    addresses = await asyncio.to_thread(addresses_of, url)
    if not addresses:
        return Outcome(fault=WebhookFault.UNKNOWN_HOST)
    if not all(map(is_allowed, addresses)):
        return Outcome(fault=WebhookFault.FORBIDDEN)
    *others, last = addresses[:ADDRESSES_TRIED]
    for address in others:
        try:
            return await _to(address, url, body, headers, at)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    return await _to(last, url, body, headers, at)


async def _to(address: str, url: httpx.URL, body: bytes, headers: Mapping[str, str], at: datetime) -> Outcome:
    """To that address, as the host of the url: its name in the `Host` header and in the certificate."""
    said = {"Host": url.netloc.decode("ascii"), "Content-Type": "application/json", "Accept-Encoding": "identity"}
    said |= {"User-Agent": "Zhongshu-Webhooks/1"} | dict(headers)
    limits = httpx.Timeout(ANSWERS_WITHIN, connect=CONNECTS_WITHIN)
    async with httpx.AsyncClient(verify=_trusted(), timeout=limits, trust_env=False) as client:
        request = client.build_request(
            "POST", url.copy_with(host=address), content=body, headers=said, extensions={"sni_hostname": url.host}
        )
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            return Outcome(response.status_code, await _beginning_of(response), asked=_asked(response, at))
        finally:
            await response.aclose()


async def _beginning_of(response: httpx.Response) -> str:
    """What came before the connection broke is good enough: the status has been heard."""
    read = b""
    try:
        async for piece in response.aiter_raw():
            read += piece
            if len(read) >= READ_AT_MOST:
                break
    except httpx.HTTPError:
        pass
    return read[:READ_AT_MOST].decode("utf-8", "replace").replace("\0", "")


def _asked(response: httpx.Response, at: datetime) -> timedelta | None:
    """`Retry-After`, in seconds or as a date; None where there is none or nonsense."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdecimal() and len(text) < 9:
        return timedelta(seconds=int(text))
    try:
        when = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(timedelta(0), (when if when.tzinfo else when.replace(tzinfo=UTC)) - at)


def _is_about_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()
