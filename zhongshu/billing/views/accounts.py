"""An account's money: what it owes, what it paid, what it has to its credit."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.forms.money import EndPrepaymentForm, PrepaymentForm, RefundForm
from zhongshu.billing.models import Prepayment
from zhongshu.billing.permissions import CHARGE, RECEIVE, VIEW_BILLING
from zhongshu.billing.queries.accounts import account_money, payments_of, prepayments_of
from zhongshu.billing.queries.money import account_named, refunds_visible, reliefs_visible
from zhongshu.billing.views.doing import do
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING)
def account(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Everything about it; credit is drawn and paid back from here."""
    seen = account_seen(request, account_number)
    return render(request, "billing/account.html", _shown(request, seen))


@page(RECEIVE, "POST")
def drawings(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Credit clears what is owed."""
    seen = account_seen(request, account_number)
    act = partial(actions.draw_credit, actor=request.actor, at=now(), account_id=seen.pk)
    return do(request, act, said=_("已用预存款抵扣。"), to=("billing:account", seen.number))


@page(CHARGE, "POST")
def late_fees(request: SignedInRequest, account_number: str) -> HttpResponse:
    """What has accrued by today is demanded."""
    seen, at = account_seen(request, account_number), now()
    act = partial(actions.demand_late_fees, actor=request.actor, at=at, account_id=seen.pk, on=day_of(at))
    return do(request, act, said=_("违约金已计提到今天。"), to=("billing:account", seen.number))


@page(RECEIVE, "GET", "POST")
def account_refund(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Ask that credit be paid back."""
    seen, at = account_seen(request, account_number), now()
    form = RefundForm(request.POST or None, initial={"on": day_of(at)})
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "account_id": seen.pk}
    if request.method == "POST" and attempt(form, lambda **said: actions.refund_credit(**facts, **said)):
        messages.success(request, _("已提交，等另一位同事批准后付款。"))
        return redirect("billing:account", seen.number)
    return _form(request, seen, form, _("申请退预存款"))


@page(RECEIVE, "GET", "POST")
def account_prepayment(request: SignedInRequest, account_number: str) -> HttpResponse:
    """Whole months are paid ahead."""
    seen, at = account_seen(request, account_number), now()
    first = {"received_on": day_of(at)}
    form = PrepaymentForm(request.POST or None, initial=first, account=seen, asked=request.GET, url=request.path)
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "account_id": seen.pk}
    if request.method == "POST" and attempt(form, lambda **said: actions.prepay(**facts, **said)):
        messages.success(request, _("预交已记录，出账时自动抵扣。"))
        return redirect("billing:account", seen.number)
    return _form(request, seen, form, _("预交"))


@page(RECEIVE, "GET", "POST")
def prepayment_ending(request: SignedInRequest, prepayment_id: int) -> HttpResponse:
    """It ends early; the rest is credit."""
    rows = request.actor.visible(Prepayment.objects.filter(pk=prepayment_id), RECEIVE)
    ahead, at = found(rows.select_related("account__customer", "account__unit")), now()
    form = EndPrepaymentForm(request.POST or None, initial={"on": day_of(at)})
    facts: dict[str, Any] = {"actor": request.actor, "at": at, "prepayment_id": ahead.pk}
    if request.method == "POST" and attempt(form, lambda **said: actions.end_prepayment(**facts, **said)):
        messages.success(request, _("预交已结束，余款可以退还。"))
        return redirect("billing:account", ahead.account.number)
    return _form(request, ahead.account, form, _("提前结束预交"))


def account_seen(request: SignedInRequest, number: str) -> Account:
    """At the site looked at, else at any other of the reader's. Raises NotFound, Invalid."""
    named = partial(account_named, request.actor, number, VIEW_BILLING, on=day_of(now()))
    try:
        return named(site_id=request.site.pk)
    except NotFound:
        return named()


def _shown(request: SignedInRequest, seen: Account) -> dict[str, Any]:
    may = partial(request.actor.may, site_id=seen.site_id)
    return {
        "money": account_money(seen, day_of(now())),
        "page": page_of(payments_of(seen), request.GET.get("page"), size=10),
        "prepayments": prepayments_of(seen),
        "reliefs": reliefs_visible(request.actor).filter(charge__account=seen)[:10],
        "refunds": refunds_visible(request.actor).filter(account=seen)[:10],
        "may_receive": may(RECEIVE),
        "may_charge": may(CHARGE),
    }


def _form(request: SignedInRequest, seen: Account, form: forms.Form, title: str) -> HttpResponse:
    shown = {"account": seen, "money": account_money(seen, day_of(now())), "form": form, "title": title}
    return render(request, "billing/account_form.html", shown, status=422 if form.errors else 200)
