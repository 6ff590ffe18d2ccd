"""Refuses requests that come too often, each in the shape its sender understands."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from zhongshu.config.api import api
from zhongshu.identity.errors import TooManyRequests
from zhongshu.identity.middleware import client_ip
from zhongshu.identity.rates import spend_for

_SECRETS = ("csrf", "password", "code", "again")


class limits:  # noqa: N801 - middleware are named like the functions beside them
    """Pages, and calls of the API by strangers; other calls are counted where they are let in (`identity.api_auth`),
    for only there it is known whose token comes. Every refusal says when to come back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if seconds := getattr(request, "retry_after", 0):
            response.headers["Retry-After"] = str(seconds)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        user = request.user
        if _is_api(request) and ("Authorization" in request.headers or user.is_authenticated):
            return None
        try:
            spend_for(request, f"user:{user.pk}" if user.is_authenticated else f"address:{client_ip(request)}")
        except TooManyRequests as refusal:
            return _refused(request, refusal)
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
