"""Payment plans: agreed, looked at, ended."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.queries.statements import statement
from zhongshu.collecting import actions
from zhongshu.collecting.forms.arrears import PlanEndingForm, PlanForm
from zhongshu.collecting.models import PaymentPlan
from zhongshu.collecting.permissions import AGREE_PLANS, VIEW_ARREARS
from zhongshu.collecting.policies.plans import even
from zhongshu.collecting.queries.plans import plan_seen, standings
from zhongshu.collecting.views.accounts import seen
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.money import ZERO
from zhongshu.web.forms import attempt


@page(AGREE_PLANS, "GET", "POST")
def plans(request: SignedInRequest, account_number: str) -> HttpResponse:
    """A new one, in even monthly instalments."""
    account, at = seen(request, account_number, AGREE_PLANS), now()
    today = day_of(at)
    said = statement(account.pk, today)
    first = {
        "agreed_on": today,
        "first_on": today,
        "agreed_with": account.customer.name,
        "charges": [line.charge_id for line in said.lines if line.due_on < today],
    }
    form = PlanForm(request.POST or None, request.FILES or None, lines=said.lines, initial=first)
    made: list[PaymentPlan] = []
    if request.method == "POST" and attempt(form, lambda **typed: made.append(_agreed(request, account.pk, **typed))):
        messages.success(request, _("分期协议已登记。"))
        return redirect("collecting:plan", made[0].pk)
    shown = {"account": account, "statement": said, "form": form}
    return render(request, "collecting/plan_form.html", shown, status=422 if form.errors else 200)


def _agreed(request: SignedInRequest, account_id: int, **typed: Any) -> PaymentPlan:
    """The instalments come to what was open at the end of the day agreed on."""
    charge_ids, count, first_on = set(typed.pop("charges")), typed.pop("count"), typed.pop("first_on")
    lines = statement(account_id, typed["agreed_on"]).lines
    total = sum((line.open_amount + line.late_fee for line in lines if line.charge_id in charge_ids), ZERO)
    parts = even(total, first_on=first_on, count=count)
    facts: dict[str, Any] = {"account_id": account_id, "charge_ids": charge_ids, "instalments": parts}
    return actions.agree_plan(actor=request.actor, at=now(), **facts, **typed)


@page(VIEW_ARREARS)
def plan(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """What it names, its instalments, and how it stands."""
    return _plan(request, plan_seen(request.actor, plan_id), PlanEndingForm())


@page(AGREE_PLANS, "POST")
def plan_ending(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """It ends."""
    found, form = plan_seen(request.actor, plan_id), PlanEndingForm(request.POST)
    request.actor.require(AGREE_PLANS, found.site_id)
    if attempt(form, partial(actions.end_plan, actor=request.actor, at=now(), plan_id=found.pk)):
        messages.success(request, _("分期协议已终止。"))
        return redirect("collecting:plan", found.pk)
    return _plan(request, found, form)


@page(VIEW_ARREARS)
def plan_file(request: SignedInRequest, plan_id: int) -> HttpResponse:
    """What was signed."""
    found = plan_seen(request.actor, plan_id)
    if not found.file:
        raise absent()
    with found.file.open("rb") as file:
        answer = HttpResponse(file.read(), content_type="application/octet-stream")
    ending = str(found.file.name).rpartition(".")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="plan-{found.pk}.{ending}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _plan(request: SignedInRequest, found: PaymentPlan, form: PlanEndingForm) -> HttpResponse:
    of_account = standings(max(day_of(now()), found.agreed_on), account_ids=[found.account_id])
    shown = {
        "plan": found,
        "stands": next(one for one in of_account if one.plan_id == found.pk),
        "charges": found.charges.select_related("charge__item", "charge__place").order_by("charge__due_on", "pk"),
        "instalments": found.instalments.all(),
        "form": form,
        "may_end": found.ended_on is None and request.actor.may(AGREE_PLANS, found.site_id),
    }
    return render(request, "collecting/plan.html", shown, status=422 if form.errors else 200)
