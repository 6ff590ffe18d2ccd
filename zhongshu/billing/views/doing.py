"""What buttons without a form share."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from zhongshu.identity.access import SignedInRequest
from zhongshu.kernel.errors import NotFound, Refusal


def do(request: SignedInRequest, act: Callable[[], object], *, said: str, to: tuple[object, ...]) -> HttpResponse:
    """Acts, says that it is done or what the rule said, and goes `to` (a name of an address with its arguments)."""
    try:
        act()
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, said)
    return redirect(*to)  # type: ignore[call-overload, no-any-return]
