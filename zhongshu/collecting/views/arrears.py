"""Who owes: the list of a site, the keeper's day on the phone, the site manager's overview."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.collecting.kinds import OUTCOME_LABELS, PLAN_STATE_LABELS, REASON_LABELS, Outcome, PlanState, Reason
from zhongshu.collecting.permissions import CONTACT, OVERSEE, VIEW_ARREARS
from zhongshu.collecting.policies.contacts import refusal_of
from zhongshu.collecting.queries.arrears import Narrowed, Owing, owing, shares
from zhongshu.collecting.queries.contacts import days_of_contact, hours_at
from zhongshu.collecting.queries.plans import standings
from zhongshu.estate.kinds import PlaceKind
from zhongshu.estate.models import Place
from zhongshu.estate.queries import keepers_at, own_territory
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web import excel

MOST_EXPORTED = 20_000
MONTHS = {"1": 1, "3": 3, "6": 6, "12": 12}
PLANS = {
    "kept": PLAN_STATE_LABELS[PlanState.KEPT],
    "broken": PLAN_STATE_LABELS[PlanState.BROKEN],
    "none": gettext_lazy("没有协议"),
}
ORDERS = {
    "months": gettext_lazy("欠费月数"),
    "amount": gettext_lazy("欠费金额"),
    "unit": gettext_lazy("房号"),
}


@page(VIEW_ARREARS)
def arrears(request: SignedInRequest) -> HttpResponse:
    """Narrowed by months, building, keeper, reason, plan and dispute; `export` gives the workbook."""
    site_id, on = request.site.pk, day_of(now())
    request.actor.require(VIEW_ARREARS, site_id)
    own = own_territory(request.actor, VIEW_ARREARS, site_id)
    buildings = list(Place.objects.filter(site_id=site_id, kind=PlaceKind.BUILDING, is_active=True).order_by("path"))
    wanted = _wanted(request, buildings, own)
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "months"
    if request.GET.get("export") == "xlsx":
        found = owing(site_id, on, wanted, size=MOST_EXPORTED, order=order)
        return excel.download("arrears", [_sheet(found.rows)])
    shown = {
        "page": owing(site_id, on, wanted, page=_number(request.GET.get("page")), order=order),
        "on": on,
        "typed": request.GET,
        "order": order,
        "orders": ORDERS,
        "buildings": buildings,
        "keepers": [] if own else keepers_at(site_id, on),
        "reasons": REASON_LABELS,
        "plans": PLANS,
        "months": MONTHS,
    }
    return render(request, "collecting/arrears.html", shown)


@page(CONTACT)
def day(request: SignedInRequest) -> HttpResponse:
    """Whom to speak to today: broken promises first, then those not spoken to for longest."""
    site_id, at = request.site.pk, now()
    request.actor.require(CONTACT, site_id)
    on = day_of(at)
    own = own_territory(request.actor, VIEW_ARREARS, site_id)
    wanted = Narrowed(months_from=1, keeper_id=own)
    found = owing(site_id, on, wanted, page=_number(request.GET.get("page")), order="day")
    earlier = days_of_contact(site_id, [row.account_id for row in found.rows], on)
    hours = hours_at(site_id, on)
    rows = [
        (row, refusal_of(hours, at=at, earlier=earlier.get(row.account_id, [])), _is_late(row, on))
        for row in found.rows
    ]
    return render(request, "collecting/phone/day.html", {"page": found, "rows": rows, "on": on})


@page(OVERSEE)
def overview(request: SignedInRequest) -> HttpResponse:
    """What the site is owed, by keeper, months and reason; plans and who was never spoken to."""
    site_id, on = request.site.pk, day_of(now())
    request.actor.require(OVERSEE, site_id)
    parts = {by: shares(site_id, on, Narrowed(), by) for by in ("keeper", "months", "reason")}
    reasons = [(_reason(part.key), part) for part in parts["reason"]]
    running = [plan for plan in standings(on, site_id=site_id) if plan.state in (PlanState.KEPT, PlanState.BROKEN)]
    shown = {
        "on": on,
        "keepers": parts["keeper"],
        "months": sorted(parts["months"], key=lambda part: int(part.key)),
        "reasons": reasons,
        "accounts": sum(part.accounts for part in parts["keeper"]),
        "principal": sum(part.principal for part in parts["keeper"]),
        "three_months": sum(part.three_months for part in parts["keeper"]),
        "silent": sum(part.silent for part in parts["keeper"]),
        "kept": sum(plan.state == PlanState.KEPT for plan in running),
        "broken": sum(plan.state == PlanState.BROKEN for plan in running),
    }
    return render(request, "collecting/overview.html", shown)


def _wanted(request: SignedInRequest, buildings: list[Place], own: int | None) -> Narrowed:
    """What stands in the address; what is not understood narrows nothing."""
    typed = {name: request.GET.get(name, "") for name in ("months", "building", "keeper", "reason", "plan", "disputed")}
    paths = {place.code: place.path for place in buildings}
    wanted = Narrowed(
        months_from=MONTHS.get(typed["months"]),
        path=paths.get(typed["building"]),
        keeper_id=int(typed["keeper"]) if typed["keeper"].isdecimal() and len(typed["keeper"]) < 10 else None,
        reason="" if typed["reason"] == "none" else typed["reason"] if typed["reason"] in REASON_LABELS else None,
        plan="" if typed["plan"] == "none" else typed["plan"] if typed["plan"] in PLANS else None,
        disputed={"yes": True, "no": False}.get(typed["disputed"]),
    )
    return replace(wanted, keeper_id=own) if own else wanted


def _is_late(row: Owing, on: date) -> bool:
    """A promise that was not kept."""
    return row.promised_on is not None and row.promised_on < on


def _number(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdecimal() and len(text) < 7 else 1


def _reason(kind: str) -> Any:
    return REASON_LABELS[Reason(kind)] if kind else _("未知")


def _sheet(rows: list[Owing]) -> excel.Sheet:
    header = [
        _("房号"), _("户号"), _("客户"), _("欠费月数"), _("欠费金额"), _("最早应付日期"), _("管家"), _("欠费原因"),
        _("分期协议"), _("有争议"), _("上次联系"), _("结果"), _("承诺交费日期"),
    ]  # fmt: skip
    return excel.Sheet(_("欠费"), header, [_cells(row) for row in rows])


def _cells(row: Owing) -> list[Any]:
    return [
        row.unit, row.number, row.customer, row.months, float(row.principal), row.due_on, row.keeper,
        str(_reason(row.reason)), str(PLANS.get(row.plan, "")), _("是") if row.is_disputed else "", row.contacted_at,
        str(OUTCOME_LABELS[Outcome(row.outcome)]) if row.outcome else "", row.promised_on,
    ]  # fmt: skip
