"""Extensions, secrets of doors, and the numbers of a site: one page."""

from dataclasses import asdict

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.channels import actions
from zhongshu.channels.forms import ExtensionForm, LimitsForm, SecretForm
from zhongshu.channels.kinds import DOOR_LABELS, Door
from zhongshu.channels.models import DoorKey
from zhongshu.channels.permissions import ARRANGE_DOORS
from zhongshu.channels.policies.limits import Limits
from zhongshu.channels.queries.calls import extensions_at, next_rings
from zhongshu.channels.queries.limits import limits_of
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.people.models import Staff
from zhongshu.web.forms import attempt


@page(ARRANGE_DOORS)
def settings(request: SignedInRequest) -> HttpResponse:
    """Who sits where, who rings next, what is sealed, which numbers count."""
    return _show(request)


def _show(request: SignedInRequest, **typed: forms.Form) -> HttpResponse:
    request.actor.require(ARRANGE_DOORS, request.site.pk)
    at, site = now(), request.site
    keys = {key.door: key for key in DoorKey.objects.filter(site=site)}
    context = {
        "extensions": extensions_at(site.pk),
        "rings": next_rings(site, at=at),
        "doors": [(label, keys.get(door)) for door, label in DOOR_LABELS.items()],
        "wechat_url": request.build_absolute_uri(f"/channels/wechat/{site.code}"),
        "extension": typed.get("extension") or ExtensionForm(site=site),
        "secret": typed.get("secret") or SecretForm(),
        "limits": typed.get("limits") or LimitsForm(initial=asdict(limits_of(site.pk, day_of(at)))),
    }
    return render(request, "channels/settings.html", context, status=422 if typed else 200)


@page(ARRANGE_DOORS, "POST")
def extensions(request: SignedInRequest) -> HttpResponse:
    form = ExtensionForm(request.POST, site=request.site)

    def seat(number: str, staff: Staff) -> None:
        actions.assign_extension(actor=request.actor, at=now(), site=request.site, number=number, staff=staff)

    return _done(request) if attempt(form, seat) else _show(request, extension=form)


@page(ARRANGE_DOORS, "POST")
def release(request: SignedInRequest, number: str) -> HttpResponse:
    actions.free_extension(actor=request.actor, at=now(), site=request.site, number=number)
    return _done(request)


@page(ARRANGE_DOORS, "POST")
def secrets(request: SignedInRequest) -> HttpResponse:
    form = SecretForm(request.POST)

    def seal(door: str, secret: str) -> None:
        actions.set_secret(actor=request.actor, at=now(), site=request.site, door=Door(door), secret=secret)

    return _done(request) if attempt(form, seal) else _show(request, secret=form)


@page(ARRANGE_DOORS, "POST")
def limits(request: SignedInRequest) -> HttpResponse:
    form = LimitsForm(request.POST)

    def set_them(**said: int) -> None:
        actions.set_limits(actor=request.actor, at=now(), site=request.site, limits=Limits(**said))

    return _done(request) if attempt(form, set_them) else _show(request, limits=form)


def _done(request: SignedInRequest) -> HttpResponse:
    messages.success(request, _("已保存。"))
    return redirect("channels:settings")
