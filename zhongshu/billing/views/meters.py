"""Meters and their readings, on a desk and on the phone."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.metering import MeterForm, ReadingForm, ReasonForm, RemovalForm, ReplacementForm
from zhongshu.billing.kinds import ReadingSource
from zhongshu.billing.models import Meter, Reading
from zhongshu.billing.permissions import MANAGE_METERS, READ_METERS
from zhongshu.billing.queries.meters import last_of, meter_seen, meters_listed, readings_listed, unread_since
from zhongshu.estate.permissions import SEND_WORKBOOKS
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import Dressed, attempt
from zhongshu.web.paging import page_of

MOST_TEXT = 60


@page(READ_METERS, "GET", "POST")
def meters(request: SignedInRequest) -> HttpResponse:
    """The meters of the site; one more is fitted."""
    site_id, text = request.site.pk, request.GET.get("q", "").replace("\x00", "").strip()[:MOST_TEXT]
    request.actor.require(MANAGE_METERS if request.method == "POST" else READ_METERS, site_id)
    form = MeterForm(request.POST or None, site_id=site_id, initial={"starts_on": day_of(now())})
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.add_meter(**facts, **said)):
        messages.success(request, _("已登记。"))
        return redirect("billing:meters")
    is_fitted = request.GET.get("all") != "1"
    shown = {
        "q": text,
        "is_fitted": is_fitted,
        "page": page_of(meters_listed(site_id, text, is_fitted=is_fitted), request.GET.get("page")),
        "form": form,
        "may_manage": request.actor.may(MANAGE_METERS, site_id),
        "may_import": request.actor.may(SEND_WORKBOOKS, site_id),
    }
    return render(request, "billing/meters.html", shown, status=422 if form.errors else 200)


@page(READ_METERS)
def meter(request: SignedInRequest, meter_id: int) -> HttpResponse:
    """One meter: what it showed, and what can be done."""
    return _show(request, meter_seen(request.actor, meter_id))


@page(READ_METERS, "POST")
def meter_readings(request: SignedInRequest, meter_id: int) -> HttpResponse:
    """The meter was read."""
    found, form = meter_seen(request.actor, meter_id), ReadingForm(request.POST, request.FILES)
    if _read(request, found, form, ReadingSource.PAGE):
        return redirect("billing:meter", found.pk)
    return _show(request, found, reading=form)


@page(MANAGE_METERS, "POST")
def meter_replacement(request: SignedInRequest, meter_id: int) -> HttpResponse:
    """Another meter takes its place."""
    found, form = meter_seen(request.actor, meter_id), ReplacementForm(request.POST)
    new: list[Meter] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "meter_id": found.pk}
    if attempt(form, lambda **_said: new.append(actions.replace_meter(**facts, shown=form.shown, dial=form.dial))):
        messages.success(request, _("已换表，新表从 %(day)s 起计量。") % {"day": new[0].starts_on})
        return redirect("billing:meter", new[0].pk)
    return _show(request, found, replacement=form)


@page(MANAGE_METERS, "POST")
def meter_removal(request: SignedInRequest, meter_id: int) -> HttpResponse:
    """The meter is taken off."""
    found, form = meter_seen(request.actor, meter_id), RemovalForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "meter_id": found.pk}
    if attempt(form, lambda **_said: actions.remove_meter(**facts, shown=form.shown)):
        messages.success(request, _("已拆表。"))
        return redirect("billing:meter", found.pk)
    return _show(request, found, removal=form)


@page(MANAGE_METERS, "POST")
def reading_reversal(request: SignedInRequest, reading_id: int) -> HttpResponse:
    """A wrong reading is taken back."""
    reading, form = _reading(request, reading_id), ReasonForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "reading_id": reading.pk}
    if attempt(form, lambda **said: actions.reverse_reading(**facts, **said)):
        messages.success(request, _("已撤销，可以重新抄表。"))
        return redirect("billing:meter", reading.meter_id)
    return _show(request, meter_seen(request.actor, reading.meter_id), reversal=form)


@page(READ_METERS)
def reading_photo(request: SignedInRequest, reading_id: int) -> HttpResponse:
    """The picture of the dial."""
    reading = _reading(request, reading_id)
    if not reading.photo:
        raise NotFound(_("没有找到，或者您无权查看。"))
    with reading.photo.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@page(READ_METERS)
def readings(request: SignedInRequest) -> HttpResponse:
    """What was read at the site, latest first, and how far this month is."""
    site_id = request.site.pk
    request.actor.require(READ_METERS, site_id)
    shown = {
        "page": page_of(readings_listed(site_id), request.GET.get("page")),
        "unread": unread_since(site_id, _month()).count(),
        "may_import": request.actor.may(SEND_WORKBOOKS, site_id),
    }
    return render(request, "billing/readings.html", shown)


@page(READ_METERS)
def phone_meters(request: SignedInRequest) -> HttpResponse:
    """The meters to be read this month, in the order of the estate."""
    site_id, text = request.site.pk, request.GET.get("q", "").replace("\x00", "").strip()[:MOST_TEXT]
    request.actor.require(READ_METERS, site_id)
    rows = meters_listed(site_id, text) if text else unread_since(site_id, _month())
    shown = {"q": text, "page": page_of(rows, request.GET.get("page")), "month": _month()}
    return render(request, "billing/phone/meters.html", shown)


@page(READ_METERS, "GET", "POST")
def phone_meter(request: SignedInRequest, meter_id: int) -> HttpResponse:
    """Read one meter, with a picture of its dial."""
    found = meter_seen(request.actor, meter_id)
    form = ReadingForm(request.POST or None, request.FILES or None, initial={"read_on": day_of(now())})
    if request.method == "POST" and _read(request, found, form, ReadingSource.PHONE):
        return redirect("billing:phone_meters")
    shown = {"meter": found, "last": last_of(found), "form": form, "asks": "value" in form.errors}
    return render(request, "billing/phone/meter.html", shown, status=422 if form.errors else 200)


def _read(request: SignedInRequest, found: Meter, form: ReadingForm, source: str) -> bool:
    taken: list[Reading] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "meter_id": found.pk}
    if not attempt(form, lambda **_said: taken.append(actions.take_reading(**facts, shown=form.shown(source)))):
        return False
    words = {"place": found.place.label, "usage": f"{taken[0].usage.normalize():f}"}
    messages.success(request, _("%(place)s 已抄表，用量 %(usage)s。") % words)
    return True


def _reading(request: SignedInRequest, reading_id: int) -> Reading:
    reading = Reading.objects.filter(pk=reading_id).first()
    if reading is None or not request.actor.may(READ_METERS, reading.site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))
    return reading


def _month() -> date:
    return day_of(now()).replace(day=1)


def _show(request: SignedInRequest, found: Meter, **typed: Dressed) -> HttpResponse:
    today = {"read_on": day_of(now())}
    rows = found.readings.select_related("by", "reversed_by").order_by("-read_on", "-pk")
    shown = {
        "meter": found,
        "last": last_of(found),
        "page": page_of(rows, request.GET.get("page")),
        "reading": typed.get("reading") or ReadingForm(initial=today),
        "replacement": typed.get("replacement") or ReplacementForm(initial={**today, "digits": found.digits}),
        "removal": typed.get("removal") or RemovalForm(initial=today),
        "reversal": typed.get("reversal") or ReasonForm(),
        "open": next(iter(typed), ""),
        "may_manage": request.actor.may(MANAGE_METERS, found.site_id),
        "successor": Meter.objects.filter(replaces=found).first(),
    }
    return render(request, "billing/meter.html", shown, status=422 if typed else 200)
