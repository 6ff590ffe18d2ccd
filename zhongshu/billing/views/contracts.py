"""Contracts of the diversified operations."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.metering import ContractForm, TerminationForm
from zhongshu.billing.kinds import CYCLE_MONTHS, Cycle
from zhongshu.billing.lifecycle import ContractState
from zhongshu.billing.models import Contract
from zhongshu.billing.permissions import MANAGE_CONTRACTS
from zhongshu.billing.policies.rent import Step, instalments
from zhongshu.billing.queries.contracts import charges_from, contract_seen, contracts_listed
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(MANAGE_CONTRACTS, "GET", "POST")
def contracts(request: SignedInRequest) -> HttpResponse:
    """The contracts of the site, those first that end first; another is signed."""
    site_id = request.site.pk
    request.actor.require(MANAGE_CONTRACTS, site_id)
    form = ContractForm(request.POST or None, site_id=site_id)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    made: list[Contract] = []
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.sign_contract(**facts, **said))):
        return redirect("billing:contract", made[0].pk)
    is_active = request.GET.get("all") != "1"
    shown = {
        "page": page_of(contracts_listed(site_id, is_active=is_active), request.GET.get("page")),
        "is_active": is_active,
        "today": day_of(now()),
        "form": form,
    }
    return render(request, "billing/contracts.html", shown, status=422 if form.errors else 200)


@page(MANAGE_CONTRACTS)
def contract(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """What is agreed, what will be due, what was charged."""
    return _show(request, contract_seen(request.actor, contract_id), TerminationForm())


@page(MANAGE_CONTRACTS, "POST")
def contract_termination(request: SignedInRequest, contract_id: int) -> HttpResponse:
    """It ends early."""
    found, form = contract_seen(request.actor, contract_id), TerminationForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "contract_id": found.pk}
    if attempt(form, lambda **said: actions.terminate_contract(**facts, **said)):
        messages.success(request, _("合同已终止。"))
        return redirect("billing:contract", found.pk)
    return _show(request, found, form)


def _show(request: SignedInRequest, found: Contract, form: TerminationForm) -> HttpResponse:
    ladder = [Step(step.starts_on, step.monthly_amount) for step in found.steps.all()]
    last_on = found.ended_on or found.ends_on
    shown = {
        "contract": found,
        "steps": ladder,
        "instalments": instalments(found.starts_on, last_on, CYCLE_MONTHS[Cycle(found.cycle)], ladder),
        "page": page_of(charges_from(found), request.GET.get("page")),
        "form": form,
        "is_active": found.state == ContractState.ACTIVE,
    }
    return render(request, "billing/contract.html", shown, status=422 if form.errors else 200)
