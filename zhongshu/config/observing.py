"""Every request gets a number, is timed and counted, and leaves one line in the log that names nobody."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from zhongshu.config.metrics import REQUESTS, SECONDS
from zhongshu.kernel.logs import request_id

Handler = Callable[[HttpRequest], HttpResponse]
HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
_KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("zhongshu.requests")


def observed(get_response: Handler) -> Handler:
    """Middleware. The number comes from the proxy (`X-Request-ID`) or is made here, and goes back with the answer."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id.set(_number(request))
        started = time.perf_counter()
        response = get_response(request)
        _note(request, response, time.perf_counter() - started)
        response.headers[HEADER] = request_id.get()
        return response

    return middleware


def _number(request: HttpRequest) -> str:
    given = request.headers.get(HEADER, "")
    return given if _WELL_FORMED.fullmatch(given) else uuid4().hex


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """The view's name instead of the address, which may hold a number of somebody's account or what was searched."""
    view, method = _view(request), request.method if request.method in _KNOWN_METHODS else "other"
    REQUESTS.labels(view, method, response.status_code).inc()
    SECONDS.labels(view, method).observe(seconds)
    facts = {"view": view, "method": method, "status": response.status_code, "ms": round(1000 * seconds, 1)}
    user = getattr(request, "user", None)
    logger.info("request", extra=facts | {"user_id": user.pk if user else None})


def _view(request: HttpRequest) -> str:
    """`none` where no view was asked: a file, or an address that does not exist."""
    return request.resolver_match.view_name if request.resolver_match else "none"
