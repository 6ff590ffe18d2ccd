"""Check-backs of referrals, the directory, who tells often, the weather and the site's rules."""

from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.cases import actions
from zhongshu.cases.forms.referrals import BodyForm, CheckBackForm, RainForm, RulesForm
from zhongshu.cases.models import RainDay, Referral
from zhongshu.cases.permissions import EDIT_DIRECTORY, FOLLOW_UP_CASES, SET_SERVICE_RULES, TEND_CASES, VIEW_CASES
from zhongshu.cases.queries import complaints as queries
from zhongshu.cases.queries.repeats import repeat_callers
from zhongshu.cases.queries.standing import rules_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

RAINS_SHOWN = 30


@page(VIEW_CASES)
def check_backs(request: SignedInRequest) -> HttpResponse:
    """Referrals to ask about, what is due first on top."""
    return _check_backs(request)


def _check_backs(
    request: SignedInRequest, *, form: CheckBackForm | None = None, wanted: str = "", status: int = 200
) -> HttpResponse:
    listed = page_of(queries.check_backs(request.actor, request.site.pk), request.GET.get("page"))
    wanted = wanted or request.GET.get("referral", "")
    picked = next((each for each in listed.rows if str(each.pk) == wanted), next(iter(listed.rows), None))
    context = {"page": listed, "picked": picked, "form": form or CheckBackForm(site=request.site), "now": now()}
    return render(request, "cases/check_backs.html", context, status=status)


@page(VIEW_CASES, "POST")
def outcome(request: SignedInRequest, referral_id: int) -> HttpResponse:
    """Whether it helped."""
    referral = queries.check_backs(request.actor, request.site.pk).filter(pk=referral_id).first()
    if referral is None and not Referral.objects.filter(pk=referral_id, site=request.site).exists():
        raise NotFound(_("没有找到这次转介，或者您无权查看。"))
    form = CheckBackForm(request.POST, site=request.site)
    said: dict[str, Any] = {"actor": request.actor, "at": now(), "referral_id": referral_id}
    if attempt(form, lambda **given: actions.check_back(**said, **given)):
        messages.success(request, _("转介结果已记录。"))
        return redirect("cases:check_backs")
    return _check_backs(request, form=form, wanted=str(referral_id), status=422)


@page(VIEW_CASES, "GET", "POST")
def directory(request: SignedInRequest) -> HttpResponse:
    """Whom to refer people to; sent, a line of the site's own."""
    form = BodyForm(request.POST) if request.method == "POST" else BodyForm(initial=_line(request))
    if request.method == "POST":
        said: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
        if attempt(form, lambda **given: actions.edit_body(**said, **given)):
            messages.success(request, _("名录已保存。"))
            return redirect("cases:directory")
    context = {
        "bodies": queries.directory(request.site, also_unused=True),
        "form": form,
        "may_edit": request.actor.may(EDIT_DIRECTORY, request.site.pk),
    }
    return render(request, "cases/directory.html", context, status=422 if form.is_bound else 200)


def _line(request: SignedInRequest) -> dict[str, object]:
    """The line to be changed, as it stands."""
    bodies = queries.directory(request.site, also_unused=True)
    body = next((each for each in bodies if each.code == request.GET.get("code")), None)
    names = ("code", "name", "phone", "hours", "covers", "is_active")
    return {name: getattr(body, name) for name in names} if body else {"is_active": True}


@page(FOLLOW_UP_CASES)
def repeats(request: SignedInRequest) -> HttpResponse:
    """Households that told something three times or more in thirty days."""
    return render(request, "cases/repeats.html", {"callers": repeat_callers(request.site.pk, at=now())})


@page(TEND_CASES, "GET", "POST")
def rain(request: SignedInRequest) -> HttpResponse:
    """The days on which it rained, and one more; beside it the site's rules."""
    form = RainForm(request.POST or None)
    if request.method == "POST":
        said: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
        if attempt(form, lambda **given: actions.record_rain(**said, **given)):
            messages.success(request, _("已记录。修过的渗漏会在雨后第二天安排回访。"))
            return redirect("cases:rain")
    return _rain(request, form=form, status=422 if form.is_bound else 200)


def _rain(
    request: SignedInRequest, *, form: RainForm | None = None, rules: RulesForm | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "days": RainDay.objects.filter(site=request.site).select_related("by").order_by("-on")[:RAINS_SHOWN],
        "form": form or RainForm(),
        "rules": rules or RulesForm(initial=model_to_dict(rules_of(request.site.pk, now()))),
        "may_set": request.actor.may(SET_SERVICE_RULES, request.site.pk),
    }
    return render(request, "cases/rain.html", context, status=status)


@page(SET_SERVICE_RULES, "POST")
def rules(request: SignedInRequest) -> HttpResponse:
    """The site's rules from today on."""
    form = RulesForm(request.POST)
    said: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
    if attempt(form, lambda **given: actions.set_rules(**said, **given)):
        messages.success(request, _("规则已保存，从今天起生效。"))
        return redirect("cases:rain")
    return _rain(request, rules=form, status=422)
