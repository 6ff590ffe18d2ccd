"""Service standards: what the site promises and how it kept it; taking on another one."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.quality import actions, queries
from zhongshu.quality.forms import AdoptionForm
from zhongshu.quality.permissions import READ_STANDARDS
from zhongshu.web.forms import attempt
from zhongshu.work.permissions import ADOPT_STANDARDS
from zhongshu.work.policies.standards import BY_STARS, STANDARDS


@page(READ_STANDARDS)
def standards(request: SignedInRequest) -> HttpResponse:
    """The site's promise with the last quarter; for who may, what another standard would change."""
    typed = request.GET if "stars" in request.GET else None
    return _show(request, AdoptionForm(typed))


@page(ADOPT_STANDARDS, "POST")
def adoptions(request: SignedInRequest) -> HttpResponse:
    """Take on a standard from a day on."""
    form = AdoptionForm(request.POST)
    if not attempt(form, lambda **typed: actions.adopt(actor=request.actor, at=now(), site=request.site, **typed)):
        return _show(request, form)
    messages.success(request, _("已采用，当天起生效；在此之前可以撤回。"))
    return redirect("quality:standards")


@page(ADOPT_STANDARDS, "POST")
def undoing(request: SignedInRequest, adoption_id: int) -> HttpResponse:
    """Take an adoption back before its day."""
    try:
        actions.undo(actor=request.actor, at=now(), adoption_id=adoption_id)
    except NotFound:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已撤回，原来的时限继续有效。"))
    return redirect("quality:standards")


def _show(request: SignedInRequest, form: AdoptionForm) -> HttpResponse:
    today = day_of(now())
    site = request.site
    adopted = queries.adopted_at(site.pk, today)
    previewed = form.is_bound and form.is_valid()
    shown = {
        "promises": queries.promises(site.pk, today),
        "quarter": queries.quarter_before(today),
        "adopted": adopted,
        "standard": BY_STARS[adopted.stars] if adopted else None,
        "adoptions": queries.adoptions(site.pk),
        "names": {standard.stars: standard.name for standard in STANDARDS},
        "form": form,
        "may_adopt": request.actor.may(ADOPT_STANDARDS, site.pk),
        "changes": queries.changes(site, BY_STARS[form.cleaned_data["stars"]], form.cleaned_data["starts_on"])
        if previewed
        else None,
        "tomorrow": today + timedelta(days=1),
        "today": today,
    }
    return render(request, "quality/standards.html", shown, status=422 if form.errors else 200)
