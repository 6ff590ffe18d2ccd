"""The supervisor's pages: calls of the site, one call live, what follows from it; and the way in of every noun."""

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.scene import forms, queries
from zhongshu.scene.actions import care_done, set_targets
from zhongshu.scene.lifecycle import OPEN
from zhongshu.scene.models import Assistance
from zhongshu.scene.permissions import OVERSEE_SCENE, SET_TARGETS, TEND_SCENE, VIEW_SCENE
from zhongshu.scene.recordings import TYPES
from zhongshu.scene.views.nouns import NOUNS, Noun, offered
from zhongshu.web.days import Days
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of

PHONE = "phone"


@page(OVERSEE_SCENE)
def calls(request: SignedInRequest) -> HttpResponse:
    """The calls for help at the site, newest first."""
    days, only_open = Days.of(request.GET), request.GET.get("state") == "open"
    rows = queries.calls_visible(request.actor).filter(site=request.site)
    rows = rows.filter(state__in=OPEN) if only_open else rows
    rows = rows.filter(raised_at__gte=days.starts_at) if days.starts_at else rows
    rows = rows.filter(raised_at__lt=days.ends_at) if days.ends_at else rows
    found = page_of(queries.listed(rows), request.GET.get("page"))
    return render(request, "scene/calls.html", {"page": found, "days": days, "only_open": only_open})


@page(OVERSEE_SCENE)
def call(request: SignedInRequest, number: str) -> HttpResponse:
    """Who called, who comes, what was kept, what follows."""
    return show(request, queries.call_by_number(request.actor, number))


@page(OVERSEE_SCENE)
def live(request: SignedInRequest, number: str) -> HttpResponse:
    """The part of the page that changes by itself."""
    return render(request, "scene/parts/live.html", _context(request, queries.call_by_number(request.actor, number)))


@page(OVERSEE_SCENE, "GET", "POST")
def targets(request: SignedInRequest) -> HttpResponse:
    """In how many minutes back-up should be there; who may, changes it."""
    standing = {str(danger): minutes for danger, minutes in queries.arrival_minutes(request.site.pk).items()}
    form = forms.TargetsForm(request.POST or None, initial=standing)
    if request.method == "POST":
        request.actor.require(SET_TARGETS, request.site.pk)
        said: dict[str, Any] = {"actor": request.actor, "at": now(), "site": request.site}
        if attempt(form, lambda **_given: set_targets(**said, minutes=form.said())):
            messages.success(request, _("已保存，用于之后的求助。"))
            return redirect("scene:targets")
    shown = {"form": form, "may_set": request.actor.may(SET_TARGETS, request.site.pk)}
    return render(request, "scene/targets.html", shown, status=422 if form.errors else 200)


@page(VIEW_SCENE)
def care(request: SignedInRequest) -> HttpResponse:
    """What is to be done for people harmed: one's own, and for who plans it, that of all."""
    rows = queries.care_to_do(request.actor)
    if not request.actor.may(TEND_SCENE):
        rows = rows.filter(owner=request.actor.user_id)
    shown = {"page": page_of(rows, request.GET.get("page")), "at": now()}
    return render(request, "scene/care.html", shown)


@page(VIEW_SCENE, "POST")
def doing(request: SignedInRequest, number: str, noun: str) -> HttpResponse:
    """One form, one action; refused: the page again, with what was typed."""
    found = queries.call_by_number(request.actor, number)
    kind = NOUNS[noun]
    form = kind.form(request.POST, request.FILES, call=found)
    done = attempt(form, lambda **typed: kind.act(actor=request.actor, at=now(), call_id=found.pk, **typed))
    if not done:
        return show(request, queries.call_by_number(request.actor, number), tried=kind, form=form)
    messages.success(request, str(kind.done))
    return _onward(request, found)


@page(VIEW_SCENE, "POST")
def outcome(request: SignedInRequest, number: str, task_id: int) -> HttpResponse:
    """A task of care is done."""
    task = queries.care_by_id(request.actor, number, task_id)
    form = forms.OutcomeForm(request.POST, call=task.assistance)
    if not attempt(form, lambda outcome: care_done(actor=request.actor, at=now(), task_id=task_id, outcome=outcome)):
        found = queries.call_by_number(request.actor, number)
        return show(request, found, outcome_form=form, outcome_of=task_id, status=422)
    return _onward(request, task.assistance)


@page(VIEW_SCENE)
def file(request: SignedInRequest, number: str, entry_id: int) -> HttpResponse:
    """A photo as pages show it, or a recording to be played."""
    entry = queries.entry_by_id(request.actor, number, entry_id)
    if not entry.file:
        raise queries.not_found()
    name = str(entry.file)
    return _sent(name, TYPES.get(name.rpartition(".")[2], "image/jpeg"))


@page(OVERSEE_SCENE)
def original(request: SignedInRequest, number: str, entry_id: int) -> HttpResponse:
    """What the telephone sent, byte by byte: what the hash in the log is of. To be saved, never shown."""
    entry = queries.entry_by_id(request.actor, number, entry_id)
    if not entry.original:
        raise queries.not_found()
    name = str(entry.original)
    response = _sent(name, "application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name.rpartition("/")[2]}"'
    return response


def _sent(name: str, media_type: str) -> HttpResponse:
    with default_storage.open(name, "rb") as kept:
        response = HttpResponse(kept.read(), content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def show(
    request: SignedInRequest, found: Assistance, *, tried: Noun | None = None, status: int = 0, **shown: Any
) -> HttpResponse:
    """The page at the desk, or the one on the phone where the request came from there."""
    context = _context(request, found) | {"tried": tried} | shown
    if tried is not None:
        context["blank"] = context["blank"] | {tried.noun: shown["form"]}
    template = "scene/phone/call.html" if _on_phone(request) else "scene/call.html"
    return render(request, template, context, status=status or (422 if tried else 200))


def _context(request: SignedInRequest, found: Assistance) -> dict[str, Any]:
    view = queries.view_of(found, user_id=request.actor.user_id)
    nouns = offered(view, request.actor)
    wanted = {noun.noun: noun for group in nouns.values() for noun in group}
    return {
        "view": view,
        "call": found,
        "offered": nouns,
        "blank": {name: noun.form(call=found) for name, noun in wanted.items()},
        "reports": list(found.reports.order_by("pk")),
        "outcome_form": forms.OutcomeForm(call=found),
        "may_tend": request.actor.may(TEND_SCENE, found.site_id),
        "may_oversee": request.actor.may(OVERSEE_SCENE, found.site_id),
        "now": now(),
    }


def _on_phone(request: SignedInRequest) -> bool:
    sent_from_phone = request.POST.get("from") == PHONE
    return sent_from_phone or "/m/" in request.path or not request.actor.may(OVERSEE_SCENE)


def _onward(request: SignedInRequest, found: Assistance) -> HttpResponse:
    return redirect("scene:phone_call" if _on_phone(request) else "scene:call", found.number)
