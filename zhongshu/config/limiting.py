"""Refuses requests that come too often, each in the shape its sender understands."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhongshu.config.api import api
from zhongshu.identity.actor import Actor
from zhongshu.identity.api_auth import BearerToken
from zhongshu.identity.errors import TooManyRequests
from zhongshu.identity.middleware import client_ip
from zhongshu.identity.rates import spend_for
from zhongshu.kernel.errors import Refusal

_SECRETS = ("csrf", "password", "code", "again")


class limits:  # noqa: N801 - middleware are named like the functions beside them
    """Counts before anything is done, outside every transaction: neither does a refused call come free, nor do two
    calls wait for each other. Every refusal says when to come back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if seconds := getattr(request, "retry_after", 0):
            response.headers["Retry-After"] = str(seconds)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        try:
            spend_for(request, _who(request))
        except TooManyRequests as refusal:
            return _refused(request, refusal)
        return None


def _who(request: HttpRequest) -> str:
    """The token, else the user, else the address whose count it is."""
    actor = _of_token(request) if _is_api(request) else None
    if actor is not None:
        return f"token:{actor.token_id}"
    return f"user:{request.user.pk}" if request.user.is_authenticated else f"address:{client_ip(request)}"


def _of_token(request: HttpRequest) -> Actor | None:
    """A bad token is nobody's; it is refused where it is let in."""
    try:
        return BearerToken()(request)
    except Refusal:
        return None


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _refused(request: HttpRequest, refusal: TooManyRequests) -> HttpResponse:
    """On a page what was typed is carried along, so that it can be sent again; secrets and files are not."""
    if _is_api(request):
        return api.on_exception(request, refusal)
    template = "web/parts/refusal.html" if getattr(request, "htmx", False) else "config/too_many.html"
    typed = [(name, value) for name, values in request.POST.lists() if not _is_secret(name) for value in values]
    context = {"refusal": refusal, "typed": typed, "had_files": bool(request.FILES)}
    return render(request, template, context, status=refusal.status)


def _is_secret(name: str) -> bool:
    return any(word in name for word in _SECRETS)
