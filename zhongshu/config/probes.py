"""What machines ask a web process: is it alive, is it ready, how is it doing.

Answered before sessions, languages and host names matter: whoever probes knows a process by its address.
"""

from collections.abc import Callable
from hmac import compare_digest
from ipaddress import ip_address
from os import W_OK, access, environ
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse

from zhongshu.config import metrics
from zhongshu.kernel import schema

Handler = Callable[[HttpRequest], HttpResponse]
_was_current = False


def probes(get_response: Handler) -> Handler:
    """Middleware; the outermost, so that nothing but the process itself can be at fault."""
    answers = {"/health/live": live, "/health/ready": ready, "/metrics": measured}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path, get_response)(request)

    return middleware


def live(request: HttpRequest) -> HttpResponse:
    """200 as long as requests are answered at all: who gets none restarts the process."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """200 when work can be taken in, else 503 with what is missing: who balances the load sends nobody here."""
    checks = {"database": _database(), "uploads": _uploads()}
    is_ready = set(checks.values()) == {"ok"}
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


def measured(request: HttpRequest) -> HttpResponse:
    """Prometheus' text. For whoever shows `ZHONGSHU_METRICS_TOKEN`, else for this machine itself alone; not found
    for everybody else.
    """
    if not _may_measure(request):
        return HttpResponseNotFound()
    return HttpResponse(metrics.exposed(), content_type=metrics.CONTENT_TYPE)


def _database() -> str:
    try:
        return "behind" if _is_behind() else "ok"
    except (DatabaseError, InterfaceError):
        connection.close()
        return "down"


def _is_behind() -> bool:
    """The migrations are looked at until they have run: while this process runs, its own schema stays."""
    global _was_current  # noqa: PLW0603 - one fact of the whole process
    if _was_current:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    else:
        _was_current = not schema.is_behind()
    return not _was_current


def _uploads() -> str:
    media = Path(settings.MEDIA_ROOT)
    place = next(folder for folder in (media, *media.parents) if folder.exists())
    return "ok" if access(place, W_OK) else "not writable"


def _may_measure(request: HttpRequest) -> bool:
    token = environ.get("ZHONGSHU_METRICS_TOKEN")
    if token:
        shown = request.headers.get("Authorization", "")
        return compare_digest(shown.encode(), f"Bearer {token}".encode())
    is_forwarded = "X-Forwarded-For" in request.headers
    return not is_forwarded and ip_address(request.META.get("REMOTE_ADDR") or "0.0.0.0").is_loopback  # noqa: S104
