"""Staff pages on a phone: my orders, one order, a quick report, messages, me."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from zhongshu.cases.actions import open_cases
from zhongshu.cases.classification import matters
from zhongshu.cases.lifecycle import Channel
from zhongshu.channels.actions import link_call
from zhongshu.channels.queries.calls import call_seen
from zhongshu.console import phone, queries
from zhongshu.console.desk import Heard, Reading, read
from zhongshu.console.known import joined, known
from zhongshu.console.permissions import USE_PHONE
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.actions import edit_me
from zhongshu.identity.roles import FIELD, STAFF
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import Refusal
from zhongshu.kernel.once import new_key, once
from zhongshu.web.paging import page_of
from zhongshu.work.actions import add_photo
from zhongshu.work.queries import aid_requests_to
from zhongshu.work.views.offers import offered

UNSURE = "unsure"


@page(USE_PHONE)
def phone_home(request: SignedInRequest) -> HttpResponse:
    """What is in my hands, by what to do next."""
    at = now()
    asked = aid_requests_to(request.actor).count()
    shown = {"groups": phone.my_groups(request.actor, at=at), "at": at, "asked": asked}
    return render(request, "console/phone/home.html", shown | {"waiting": phone.waiting(request.actor, at=at)})


@page(USE_PHONE)
def phone_order(request: SignedInRequest, number: str) -> HttpResponse:
    """One order: the next step as one big button, everything else below it."""
    view = phone.order_view(request.actor, number, at=now())
    context = {"view": view, "back": request.path, "extras": offered(request.actor, view.order, view.own)}
    return render(request, "console/phone/order.html", context)


@page(USE_PHONE)
def phone_inbox(request: SignedInRequest) -> HttpResponse:
    """What I was told."""
    rows = page_of(queries.messages(request.actor), request.GET.get("page"))
    return render(request, "console/phone/inbox.html", {"page": rows})


@page(USE_PHONE)
def phone_me(request: SignedInRequest) -> HttpResponse:
    """Who I am, when I am on duty, large type, signing out."""
    shifts = phone.coming_shifts(request.actor, at=now())
    has_desk = request.actor.holds(*STAFF - FIELD)
    return render(request, "console/phone/me.html", {"shifts": shifts, "has_desk": has_desk})


@page(USE_PHONE, "POST")
def phone_type(request: SignedInRequest) -> HttpResponse:
    """Large type on or off."""
    me = request.user
    edit_me(actor=request.actor, at=now(), name=me.name, language=me.language, large_type=not me.large_type)
    return redirect("console:phone_me")


@dataclass(frozen=True, slots=True)
class Report:
    """What stands in the form of the quick report."""

    token: str
    what: str = ""
    where: str = ""
    place_code: str = ""
    patrol: str = ""
    call: str = ""
    joins: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, str]) -> "Report":
        return cls(**{name: str(sent.get(name, "")).strip() for name in cls.__slots__})

    def reading(self, site_id: int) -> Reading:
        """What the place is understood to be."""
        return read(self.heard, site_id=site_id, picked=self.place_code, at=now())

    @property
    def heard(self) -> Heard:
        return Heard(self.where, self.what, None)

    @property
    def channel(self) -> Channel:
        """Found on patrol, told on the telephone, else seen in passing."""
        if self.call:
            return Channel.TELEPHONE
        return Channel.PATROL if self.patrol else Channel.EMPLOYEE

    @property
    def is_unsure(self) -> bool:
        return self.place_code == UNSURE


@page(USE_PHONE, "GET", "POST")
def phone_report(request: SignedInRequest) -> HttpResponse:
    """Two fields, what and where, and a photo; asks back once when the place could be several."""
    if request.method == "GET":
        done = queries.opened_case(request.actor, request.GET.get("done", ""))
        fresh = Report(token=new_key(), patrol=request.GET.get("patrol", ""), call=request.GET.get("call", ""))
        return _form(request, fresh, done=done)
    report = Report.of(request.POST)
    seen = report.reading(request.site.pk)
    if report.what and seen.choices and not seen.picked and not report.is_unsure:
        return _form(request, report, reading=seen, asks_back=True)
    try:
        answer = once(
            scope=f"console.report.{request.user.pk}",
            key=report.token,
            said=asdict(replace(report, token="")),
            at=now(),
            act=lambda: {"case": _report(request, report, seen.picked)},
        )
    except Refusal as refusal:
        return _form(request, replace(report, token=new_key()), reading=seen, refusal=refusal, status=refusal.status)
    return redirect(f"{reverse('console:phone_report')}?{urlencode({'done': answer['case']})}")


@page(USE_PHONE, "POST")
def phone_reading(request: SignedInRequest) -> HttpResponse:
    """The place as understood so far, with the choices it leaves."""
    report = Report.of(request.POST)
    seen = report.reading(request.site.pk) if report.where or report.what else None
    about = known(seen, report.heard, site_id=request.site.pk, category="", at=now()) if seen else None
    return render(request, "console/parts/phone_place.html", {"reading": seen, "report": report, "known": about})


def _report(request: SignedInRequest, report: Report, picked: str) -> str:
    at = now()
    said: dict[str, Any] = {
        "text": report.what,
        "caller_phone": _calling(request, report),
        "channel": report.channel,
        "place_text": report.where,
        "place_code": picked or None,
    }
    number = joined(report.joins, matters(report.what), actor=request.actor, at=at, site=request.site, said=said)
    number = number or _opened(request, said, at)
    if report.call.isdecimal() and len(report.call) < 16:
        link_call(actor=request.actor, at=at, call_pk=int(report.call), case_number=number)
    return number


def _opened(request: SignedInRequest, said: dict[str, Any], at: datetime) -> str:
    """A case for each matter told; the photo belongs to the first."""
    intake = open_cases(actor=request.actor, at=at, site=request.site, **said)
    upload = request.FILES.get("photo")
    if isinstance(upload, UploadedFile):
        add_photo(actor=request.actor, at=at, order_id=intake.order.pk, upload=upload, is_after=False)
    return intake.case.number


def _calling(request: SignedInRequest, report: Report) -> str:
    """The number of the call that is being written down."""
    is_call = report.call.isdecimal() and len(report.call) < 16
    return call_seen(request.actor, int(report.call)).number if is_call else ""


def _form(request: SignedInRequest, report: Report, *, status: int = 200, **shown: Any) -> HttpResponse:
    return render(request, "console/phone/report.html", {"report": report, **shown}, status=status)
