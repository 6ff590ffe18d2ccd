"""In and out, the language before that, and a new password."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from zhongshu.identity import actions, sessions
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.errors import TooManyAttempts, WrongPassword
from zhongshu.identity.forms import PasswordForm, SignInForm
from zhongshu.identity.middleware import client_ip
from zhongshu.identity.queries import company_name
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal

YEAR = 365 * 24 * 3600


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if form.is_valid():
        try:
            user = actions.sign_in(**form.cleaned_data, ip=client_ip(request), at=now())
        except WrongPassword as refusal:
            form.refuse(refusal)
        except TooManyAttempts as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            sessions.begin(request, user)
            return HttpResponseRedirect(safe_next(request))
    context = {"form": form, "next": safe_next(request), "company": company_name()}
    return render(request, "identity/sign_in.html", context, status=status)


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
            sessions.begin(request, user)
            messages.success(request, _("密码已修改，其他设备上的登录已失效。"))
            return HttpResponseRedirect("/" if is_first else "/me")
    return render(request, "identity/password.html", {"form": form, "company": company_name()})


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of ours only."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else "/"
