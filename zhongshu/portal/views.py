"""The resident's pages."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.kernel.once import new_key, once
from zhongshu.portal import actions, queries
from zhongshu.portal.permissions import USE_PORTAL
from zhongshu.web.paging import page_of
from zhongshu.work.queries import free_slots, visit_of

LATEST = 3
SCORES = (1, 2, 3, 4, 5)


@page(USE_PORTAL)
def home(request: SignedInRequest) -> HttpResponse:
    """My home, what I can do, what I reported lately."""
    at = now()
    homes = queries.homes(request.actor, at=at)
    shown = {
        "homes": homes,
        "incidents": list({each.pk: each for one in homes for each in queries.touching_home(one, at=at)}.values()),
        "now": at,
        "keeper": queries.keeper(homes[0], at=at) if homes else None,
        "matters": queries.matters(request.actor, at=at)[:LATEST],
    }
    return render(request, "portal/home.html", shown)


@page(USE_PORTAL)
def matters(request: SignedInRequest) -> HttpResponse:
    """Everything I reported."""
    rows = queries.matters(request.actor, at=now())
    return render(request, "portal/matters.html", {"page": page_of(rows, request.GET.get("page"))})


@page(USE_PORTAL)
def matter(request: SignedInRequest, number: str) -> HttpResponse:
    """One matter: how far it is, and once the work is done, whether it is good."""
    return _matter(request, number)


@page(USE_PORTAL, "GET", "POST")
def visit(request: SignedInRequest, number: str) -> HttpResponse:
    """Agree when somebody comes, or another time."""
    at, refusal = now(), None
    case = queries.matter(request.actor, number, at=at)
    if request.method == "POST":
        try:
            actions.book_visit(actor=request.actor, at=at, number=number, slot=request.POST.get("slot", ""))
        except NotFound:
            raise
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("已预约，我们会按时上门。"))
            return redirect("portal:matter", number=number)
    order = queries.order_to_visit(case)
    context = {
        "case": case,
        "refusal": refusal,
        "slots": free_slots(order.team, at=at) if order else [],
        "booked": visit_of(order) if order else None,
    }
    return render(request, "portal/visit.html", context, status=refusal.status if refusal else 200)


def _matter(request: SignedInRequest, number: str, *, status: int = 200, **shown: Any) -> HttpResponse:
    view = queries.matter_view(queries.matter(request.actor, number, at=now()))
    return render(request, "portal/matter.html", {"view": view, "scores": SCORES, **shown}, status=status)


@page(USE_PORTAL, "GET", "POST")
def report(request: SignedInRequest) -> HttpResponse:
    """Report a matter about my home or another place."""
    if request.method == "GET":
        return _report_form(request, {"token": new_key()})
    sent = {name: request.POST.get(name, "").strip() for name in ("token", "account", "text", "where", "about")}
    try:
        answered = once(
            scope=f"portal.report.{request.user.pk}",
            key=sent.pop("token"),
            said=sent,
            at=now(),
            act=lambda: {"case": _report(request, sent)},
        )
    except Refusal as refusal:
        return _report_form(request, sent | {"token": new_key()}, refusal=refusal, status=refusal.status)
    messages.success(request, _("我们已收到，会尽快安排。"))
    return redirect("portal:matter", number=answered["case"])


def _report(request: SignedInRequest, sent: dict[str, str]) -> str:
    intake = actions.report(
        actor=request.actor,
        at=now(),
        account_number=sent["account"],
        text=sent["text"],
        where=sent["where"],
        is_complaint=sent["about"] == "complaint",
    )
    return intake.case.number


def _report_form(
    request: SignedInRequest, sent: dict[str, str], *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    homes = queries.homes(request.actor, at=now())
    shown = {"sent": sent, "homes": homes, "about": sent.get("about") or request.GET.get("about", "")}
    return render(request, "portal/report.html", shown | {"refusal": refusal}, status=status)


@page(USE_PORTAL, "POST")
def further_calls(request: SignedInRequest, number: str) -> HttpResponse:
    """How long will it take?"""
    try:
        actions.ask_again(actor=request.actor, at=now(), number=number, text=request.POST.get("text", ""))
    except Refusal as refusal:
        return _matter(request, number, refusal=refusal, status=refusal.status)
    messages.success(request, _("已提醒负责人，请稍候。"))
    return redirect("portal:matter", number=number)


@page(USE_PORTAL, "POST")
def incident_reports(request: SignedInRequest, number: str) -> HttpResponse:
    """My home has it too."""
    case = actions.report_incident(actor=request.actor, at=now(), number=number, text=request.POST.get("text", ""))
    messages.success(request, _("已记下，恢复后会告诉您。"))
    return redirect("portal:matter", number=case.number)


@page(USE_PORTAL, "POST")
def answer(request: SignedInRequest, number: str) -> HttpResponse:
    """Good or not, with a score and words."""
    score = request.POST.get("score", "")
    try:
        actions.answer(
            actor=request.actor,
            at=now(),
            number=number,
            is_content=request.POST.get("answer") == "content",
            score=int(score) if score in map(str, SCORES) else None,
            words=request.POST.get("words", ""),
        )
    except Refusal as refusal:
        return _matter(request, number, refusal=refusal, words=request.POST.get("words", ""), status=refusal.status)
    messages.success(request, _("感谢您的评价。"))
    return redirect("portal:matter", number=number)
