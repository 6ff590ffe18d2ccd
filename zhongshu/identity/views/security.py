"""One's own safety: the second factor, its recovery codes, and where one is signed in."""

import pyotp
import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from zhongshu.identity import actions, queries, sessions
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.browsers import browser_in_words
from zhongshu.identity.forms import EnrolForm, ProofForm
from zhongshu.identity.models import DeviceSession
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.secrets import Unreadable, seal, unseal

ENROLLING = "enrolling"
"""In the session: the secret that a new telephone is shown, sealed, until a code proves that it works."""


@never_cache
@page(None)
def security(request: SignedInRequest) -> HttpResponse:
    at = now()
    devices = [_device(session, request) for session in queries.sessions_of(request.user, at=at)]
    factor = queries.second_factor_of(request.user)
    context = {
        "factor": factor,
        "codes_left": queries.recovery_codes_left(request.user) if factor else 0,
        "devices": devices,
        "is_needed": queries.needs_second_factor(request.user, at=at),
    }
    return render(request, "identity/security.html", context)


@sensitive_post_parameters("password", "code")
@never_cache
@page(None, "GET", "POST")
def second_factor(request: SignedInRequest) -> HttpResponse:
    """Sets it up: shows a secret, and takes the first code made with it."""
    if queries.second_factor_of(request.user) is not None:
        return redirect("identity:security")
    secret, form = _secret_shown(request), EnrolForm(request.POST or None)
    if form.is_valid():
        try:
            codes = actions.enrol_second_factor(
                actor=request.actor,
                at=now(),
                secret=secret,
                session_key=request.session.session_key,
                **form.cleaned_data,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            del request.session[ENROLLING]
            sessions.put_must_enrol(request, is_due=False)
            return _show_codes(request, codes, is_new=True)
    context = {"form": form, "is_due": sessions.must_enrol(request)} | _as_shown(request, secret)
    return render(request, "identity/second_factor.html", context)


@sensitive_post_parameters("password", "code")
@never_cache
@page(None, "GET", "POST")
def leaving(request: SignedInRequest) -> HttpResponse:
    """Does without it again, where no role asks for it."""
    form = ProofForm(request.POST or None)
    if form.is_valid():
        at, key = now(), request.session.session_key
        try:
            actions.leave_second_factor(actor=request.actor, at=at, session_key=key, **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            sessions.put_must_enrol(request, queries.lacks_second_factor(request.user, at=at))
            messages.success(request, _("二次验证已停用，其他设备已退出。"))
            return redirect("identity:security")
    return render(request, "identity/leaving.html", {"form": form})


@sensitive_post_parameters("password", "code")
@never_cache
@page(None, "GET", "POST")
def recovery_codes(request: SignedInRequest) -> HttpResponse:
    """Ten new ones in place of the old."""
    form = ProofForm(request.POST or None)
    if form.is_valid():
        try:
            codes = actions.renew_recovery_codes(actor=request.actor, at=now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _show_codes(request, codes, is_new=False)
    return render(request, "identity/renewal.html", {"form": form})


@page(None, "POST")
def session_ending(request: SignedInRequest, handle: str) -> HttpResponse:
    actions.end_session(actor=request.actor, at=now(), handle=handle)
    messages.success(request, _("该设备已退出。"))
    return redirect("identity:security")


@page(None, "POST")
def other_sessions_ending(request: SignedInRequest) -> HttpResponse:
    key = request.session.session_key
    ended = actions.end_other_sessions(actor=request.actor, at=now(), session_key=key)
    messages.success(request, _("其他设备已退出：%(n)s 台。") % {"n": ended})
    return redirect("identity:security")


def _device(session: DeviceSession, request: SignedInRequest) -> dict[str, object]:
    is_here = session.session_key == request.session.session_key
    return {"session": session, "browser": browser_in_words(session.browser), "is_here": is_here}


def _secret_shown(request: SignedInRequest) -> str:
    """The same as long as this is being set up, so that a mistyped code does not ask for a new scan."""
    try:
        return unseal(ENROLLING, request.session.get(ENROLLING, ""))
    except Unreadable:
        secret = pyotp.random_base32()
        request.session[ENROLLING] = seal(ENROLLING, secret)
        return secret


def _as_shown(request: SignedInRequest, secret: str) -> dict[str, object]:
    """As a picture to scan, and in groups of four to type."""
    issuer = queries.company_name() or _("中枢")
    link = pyotp.TOTP(secret, name=request.user.username, issuer=issuer).provisioning_uri()
    drawing = segno.make(link, error="m").svg_inline(omitsize=True, dark="#000", light="#fff", border=4)
    groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return {"drawing": mark_safe(drawing), "groups": groups, "link": link}  # noqa: S308 - drawn by segno alone


def _show_codes(request: SignedInRequest, codes: list[str], *, is_new: bool) -> HttpResponse:
    return render(request, "identity/recovery_codes.html", {"codes": codes, "is_new": is_new, "at": now()})
