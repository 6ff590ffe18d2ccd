"""Setting up: our bank accounts, and how banks want their files."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.remittance import actions
from zhongshu.remittance.forms.bank import BankAccountChangeForm, BankAccountForm, LayoutForm
from zhongshu.remittance.layouts.debits import SAMPLES, sample
from zhongshu.remittance.layouts.spec import Failure, Holds
from zhongshu.remittance.permissions import SET_UP_BANKS, VIEW_BANKS
from zhongshu.remittance.queries.banks import bank_account_seen, bank_accounts_listed, layout_seen, layouts_listed
from zhongshu.remittance.views.bank_parts import form_page, tried


@page(VIEW_BANKS)
def bank_accounts(request: SignedInRequest) -> HttpResponse:
    """Our accounts at banks, and the layouts of files."""
    may_set_up = request.actor.may(SET_UP_BANKS, request.site.pk)
    context = {
        "rows": bank_accounts_listed(request.actor, site_id=request.site.pk),
        "layouts": layouts_listed(request.actor) if may_set_up else [],
        "may_set_up": may_set_up,
    }
    return render(request, "remittance/bank_accounts.html", context)


@page(SET_UP_BANKS, "GET", "POST")
def new_bank_account(request: SignedInRequest) -> HttpResponse:
    request.actor.require(SET_UP_BANKS, request.site.pk)
    form = BankAccountForm(request.POST or None, site=request.site)

    def keep(**said: Any) -> None:
        actions.open_bank_account(actor=request.actor, at=now(), site=request.site, **said)

    if tried(request, form, keep):
        messages.success(request, _("银行账户已登记。"))
        return redirect("remittance:bank_accounts")
    back = reverse("remittance:bank_accounts")
    return form_page(request, form, title=_("登记银行账户"), verb=_("登记"), back=back)


@page(SET_UP_BANKS, "GET", "POST")
def bank_account(request: SignedInRequest, pk: int) -> HttpResponse:
    """What may change of one of our accounts."""
    found = bank_account_seen(request.actor, pk)
    request.actor.require(SET_UP_BANKS, found.site_id)
    initial = {name: getattr(found, name) for name in ("name", "bank_name", "layout", "merchant", "is_active")}
    form = BankAccountChangeForm(request.POST or None, site=found.site, initial=initial)

    def change(**said: Any) -> None:
        actions.change_bank_account(actor=request.actor, at=now(), bank_account_id=pk, **said)

    if tried(request, form, change):
        messages.success(request, _("已保存。"))
        return redirect("remittance:bank_accounts")
    back = reverse("remittance:bank_accounts")
    return form_page(request, form, title=found.name, verb=_("保存"), back=back, hint=found.number)


@page(SET_UP_BANKS, "GET", "POST")
def new_layout(request: SignedInRequest) -> HttpResponse:
    """A layout, beginning with one of those that are shipped (`?sample=fixed`)."""
    wanted = request.GET.get("sample", "")
    return _layout_page(request, sample(wanted if wanted in SAMPLES else SAMPLES[0]), title=_("新的代扣文件格式"))


@page(SET_UP_BANKS, "GET", "POST")
def layout(request: SignedInRequest, pk: int) -> HttpResponse:
    found = layout_seen(request.actor, pk)
    return _layout_page(request, found.rules, title=found.name)


def _layout_page(request: SignedInRequest, rules: Any, *, title: str) -> HttpResponse:
    request.actor.require(SET_UP_BANKS, request.site.pk)
    shown = json.dumps(rules, ensure_ascii=False, indent=1)
    form = LayoutForm(request.POST or None, initial={"rules": shown})

    def keep(rules: Any) -> None:
        actions.save_layout(actor=request.actor, at=now(), site=request.site, rules=rules)

    if tried(request, form, keep):
        messages.success(request, _("格式已保存。"))
        return redirect("remittance:bank_accounts")
    context = {"form": form, "title": title, "holds": list(Holds), "failures": list(Failure)}
    return render(request, "remittance/layout.html", context, status=422 if form.errors else 200)
