"""In and out, the language before that, and a new password."""

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhongshu.identity import actions, sessions
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.errors import CodeNeeded, TooManyAttempts, WrongCode, WrongPassword
from zhongshu.identity.forms import CodeForm, PasswordForm, SignInForm
from zhongshu.identity.middleware import client_ip
from zhongshu.identity.models import User
from zhongshu.identity.passwords import faults_in, strength
from zhongshu.identity.policies.passwords import LONGEST, SHORTEST, Fault
from zhongshu.identity.queries import company_name, lacks_second_factor, recovery_codes_left
from zhongshu.identity.rates import put_retry_after
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal

YEAR = 365 * 24 * 3600
TICKET = "second_step"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        at, ip = now(), client_ip(request)
        try:
            user = actions.sign_in(**form.cleaned_data, ip=ip, at=at)
        except CodeNeeded as half:
            return _to_code(request, half)
        except WrongPassword as refusal:
            form.refuse(refusal)
        except TooManyAttempts as refusal:
            form.refuse(refusal)
            status = put_retry_after(request, refusal)
        else:
            return _enter(request, user, at=at)
    context = {"form": form, "next": safe_next(request), "company": company_name()}
    return render(request, "identity/sign_in.html", context, status=status)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step; who comes without the first goes back to it."""
    user = sessions.user_of_ticket(request.COOKIES.get(TICKET, ""))
    if user is None or request.user.is_authenticated:
        return HttpResponseRedirect(reverse("identity:sign_in"))
    form = CodeForm(request.POST or None)
    status = 200
    if form.is_valid():
        at = now()
        try:
            by = actions.give_code(user=user, code=form.cleaned_data["code"], ip=client_ip(request), at=at)
        except WrongCode as refusal:
            form.refuse(refusal)
        except TooManyAttempts as refusal:
            form.refuse(refusal)
            status = put_retry_after(request, refusal)
        else:
            if by == "recovery_code":
                _warn_of_recovery_codes(request, user)
            return _enter(request, user, at=at)
    context = {"form": form, "next": safe_next(request), "company": company_name(), "person": user}
    return render(request, "identity/code.html", context, status=status)


def _to_code(request: HttpRequest, half: CodeNeeded) -> HttpResponse:
    to = reverse("identity:sign_in_code") + "?" + urlencode({"next": safe_next(request)})
    response = HttpResponseRedirect(to)
    ticket = sessions.ticket_for(User.objects.get(pk=half.user_id))
    age = int(sessions.TICKET_LASTS.total_seconds())
    response.set_cookie(TICKET, ticket, max_age=age, httponly=True, samesite="Lax", secure=settings.BEHIND_TLS)
    return response


def _enter(request: HttpRequest, user: User, *, at: datetime) -> HttpResponse:
    lacks = lacks_second_factor(user, at=at)
    sessions.begin(request, user, ip=client_ip(request), at=at, lacks_second_factor=lacks)
    response = HttpResponseRedirect(safe_next(request))
    response.delete_cookie(TICKET)
    return response


def _warn_of_recovery_codes(request: HttpRequest, user: User) -> None:
    left = recovery_codes_left(user)
    messages.warning(
        request, _("您用掉了一个恢复码，还剩 %(n)s 个。手机丢了的话，请在“安全设置”里重新设置。") % {"n": left}
    )


@require_http_methods(["POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    return HttpResponseRedirect("/sign-in")


@require_http_methods(["POST"])
def language(request: HttpRequest) -> HttpResponse:
    """Anybody's language: kept in a cookie, and for the signed-in in their account."""
    chosen = request.POST.get("language", "")
    response = HttpResponseRedirect(safe_next(request))
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        if request.user.is_authenticated:
            actor = request.actor  # type: ignore[attr-defined]
            actions.choose_language(actor=actor, at=now(), language=chosen)
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response


@sensitive_post_parameters("old_password", "new_password", "again")
@never_cache
@page(None, "GET", "POST")
def password(request: SignedInRequest) -> HttpResponse:
    form, is_first = PasswordForm(request.POST or None), request.user.must_change_password
    if form.is_valid():
        old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
        try:
            user = actions.change_password(actor=request.actor, at=now(), old_password=old, new_password=new)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            begin_anew(request, user)
            messages.success(request, _("密码已修改，其他设备上的登录已失效。"))
            return HttpResponseRedirect("/" if is_first else "/me")
    return render(request, "identity/password.html", {"form": form, "company": company_name()})


@sensitive_post_parameters("new_password")
@never_cache
@page(None, "POST")
def password_check(request: SignedInRequest) -> HttpResponse:
    """What is right and wrong with a password while it is typed, and how strong it is."""
    typed = request.POST.get("new_password", "")[:LONGEST]
    faults = faults_in(typed, request.user)
    context = {"rules": _rules(faults), "strength": strength(typed, request.user) if typed else ""}
    return render(request, "identity/parts/password_rules.html", context)


def _rules(faults: list[Fault]) -> list[tuple[str, bool]]:
    """Each rule in words, and whether it is kept."""
    words = {
        Fault.SHORT: _("至少 %(n)s 个字符") % {"n": SHORTEST},
        Fault.NUMERIC: _("不全是数字"),
        Fault.SIMPLE: _("不是几个字符反复出现"),
        Fault.COMMON: _("不是常见的密码"),
        Fault.SIMILAR: _("不像姓名、用户名或手机号"),
    }
    return [(text, fault not in faults) for fault, text in words.items()]


def begin_anew(request: SignedInRequest, user: User) -> None:
    """A new session in place of the present one, of the same person at the same place."""
    due = sessions.must_enrol(request)
    sessions.begin(request, user, ip=client_ip(request), at=now(), lacks_second_factor=due)


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours only."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"
