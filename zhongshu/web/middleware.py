"""Headers every answer carries, and refusals shown as pages."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhongshu.kernel.errors import Refusal

Handler = Callable[[HttpRequest], HttpResponse]

CSP = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    ]
)


def content_security_policy(get_response: Handler) -> Handler:
    """Nothing from elsewhere, nothing inline; and no proxy keeps what one person was shown."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-cache")  # static files say for themselves
        return response

    return middleware


def without_nul(get_response: Handler) -> Handler:
    """No address holds the character that PostgreSQL keeps in no text; forms and the API refuse it by themselves."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return get_response(request)

    return middleware


class refusals:  # noqa: N801 - middleware are named like the functions beside them
    """A refusal that a view did not turn into a form error becomes a page (or a fragment) with its sentence."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        fragment = getattr(request, "htmx", False) and not request.htmx.boosted  # type: ignore[attr-defined]
        template = "web/parts/refusal.html" if fragment else "web/refusal.html"
        return render(request, template, {"refusal": error}, status=error.status)
