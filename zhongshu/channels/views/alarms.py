"""Alarms, and where devices stand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.channels import actions
from zhongshu.channels.forms import AlarmFilterForm, DeviceForm
from zhongshu.channels.models import Alarm
from zhongshu.channels.permissions import ARRANGE_DOORS, VIEW_ALARMS
from zhongshu.channels.queries.alarms import alarms_listed, devices_listed
from zhongshu.channels.views.answers import tried
from zhongshu.estate.models import Place
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.excel import Sheet, download
from zhongshu.web.paging import page_of

MOST_EXPORTED = 20_000


@page(VIEW_ALARMS)
def alarms(request: SignedInRequest) -> HttpResponse:
    """Alarms of the site, the latest first."""
    form = AlarmFilterForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = alarms_listed(request.actor, site_id=request.site.pk, **said)
    if request.GET.get("export") == "xlsx":
        return download("alarms", [Sheet(_("设备报警"), _header(), map(_line, rows[:MOST_EXPORTED]))])
    return render(request, "channels/alarms.html", {"form": form, "page": page_of(rows, request.GET.get("page"))})


def _header() -> list[str]:
    return [_("设备编号"), _("位置"), _("报警类型"), _("程度"), _("首次"), _("最近"), _("次数"), _("恢复"), _("报事")]


def _line(alarm: Alarm) -> list[object]:
    device = alarm.device
    return [
        device.code,
        device.place.label if device.place else device.place_text,
        alarm.get_kind_display(),
        alarm.get_severity_display(),
        alarm.raised_at,
        alarm.last_raised_at,
        alarm.times,
        alarm.cleared_at,
        alarm.case.number if alarm.case else "",
    ]


@page(VIEW_ALARMS, "GET", "POST")
def devices(request: SignedInRequest) -> HttpResponse:
    """Devices of the site, those without a place first; whoever may says where one stands."""
    request.actor.require(VIEW_ALARMS, request.site.pk)
    form = DeviceForm(request.POST or None, site=request.site, initial=request.GET)

    def place(code: str, name: str, place: Place | None) -> None:
        actions.place_device(actor=request.actor, at=now(), site=request.site, code=code, name=name, place=place)

    if request.method == "POST":
        request.actor.require(ARRANGE_DOORS, request.site.pk)
    if tried(request, form, place):
        messages.success(request, _("已保存。"))
        return redirect("channels:devices")
    rows = devices_listed(request.actor, request.site.pk, text=request.GET.get("text", "")[:80].replace("\x00", ""))
    context = {
        "form": form,
        "page": page_of(rows, request.GET.get("page")),
        "text": request.GET.get("text", ""),
        "may_arrange": request.actor.may(ARRANGE_DOORS, request.site.pk),
    }
    return render(request, "channels/devices.html", context, status=422 if form.errors else 200)
