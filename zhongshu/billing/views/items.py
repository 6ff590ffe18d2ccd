"""Items, their prices, what holds for single places, and the site's policy."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing import actions
from zhongshu.billing.actions.items import FACTS
from zhongshu.billing.forms.pricing import ItemForm, PolicyForm, PriceForm, TermEndForm, TermForm
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import ChargeItem, Tariff
from zhongshu.billing.permissions import APPROVE_PRICES, SET_PRICES, VIEW_BILLING
from zhongshu.billing.policies.late_fees import is_excessive
from zhongshu.billing.queries import policy_at
from zhongshu.billing.queries.items import (
    item_seen,
    items_listed,
    policies_listed,
    tariff_seen,
    term_seen,
    terms_listed,
)
from zhongshu.billing.views.doing import do
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import day_of, now
from zhongshu.web import excel
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of


@page(VIEW_BILLING, "GET", "POST")
def items(request: SignedInRequest) -> HttpResponse:
    """All items of the site with the price of today; another is added."""
    site_id = request.site.pk
    request.actor.require(VIEW_BILLING, site_id)
    form = ItemForm(request.POST or None)
    made: list[ChargeItem] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.add_item(**facts, **said))):
        return redirect("billing:item", made[0].pk)
    shown = {
        "items": items_listed(site_id, day_of(now())),
        "may_edit": request.actor.may(SET_PRICES, site_id),
        "form": form,
    }
    return render(request, "billing/items.html", shown, status=422 if form.errors else 200)


@page(SET_PRICES, "POST")
def usual_items(request: SignedInRequest) -> HttpResponse:
    """The usual items that the site lacks are taken over."""
    made = actions.take_over_items(actor=request.actor, at=now(), site_id=request.site.pk)
    messages.success(request, _("新增 %(count)s 个收费项目；提出价格并批准后才会出账。") % {"count": len(made)})
    return redirect("billing:items")


@page(VIEW_BILLING)
def item(request: SignedInRequest, item_id: int) -> HttpResponse:
    """How it is charged, and its prices."""
    return _show(request, item_seen(request.actor, item_id))


@page(SET_PRICES, "POST")
def item_facts(request: SignedInRequest, item_id: int) -> HttpResponse:
    """How it is charged from the next run on."""
    return _try(
        request, item_id, "item_form", ItemForm(request.POST), actions.edit_item, done=_("已保存，下次出账起生效。")
    )


@page(SET_PRICES, "POST")
def item_prices(request: SignedInRequest, item_id: int) -> HttpResponse:
    """A new price is proposed."""
    seen = item_seen(request.actor, item_id)
    form = PriceForm(request.POST, method=seen.method)
    return _try(request, item_id, "price_form", form, actions.propose_price, done=_("已提出，等另一位同事批准。"))


@page(APPROVE_PRICES, "POST")
def price_approval(request: SignedInRequest, tariff_id: int) -> HttpResponse:
    """Somebody else approves it."""
    return _decide(request, tariff_id, actions.approve_price, _("价格已批准。"))


@page(APPROVE_PRICES, "POST")
def price_refusal(request: SignedInRequest, tariff_id: int) -> HttpResponse:
    """It will not count."""
    return _decide(request, tariff_id, actions.refuse_price, _("已退回。"))


@page(SET_PRICES, "POST")
def price_withdrawal(request: SignedInRequest, tariff_id: int) -> HttpResponse:
    """Whoever proposed it thinks better of it."""
    return _decide(request, tariff_id, actions.withdraw_price, _("已撤回。"))


def _decide(request: SignedInRequest, tariff_id: int, act: Callable[..., Tariff], said: str) -> HttpResponse:
    seen = tariff_seen(request.actor, tariff_id)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "tariff_id": tariff_id}
    return do(request, lambda: act(**facts), said=said, to=("billing:item", seen.item_id))


def _try(
    request: SignedInRequest, item_id: int, name: str, form: forms.Form, act: Callable[..., object], *, done: str
) -> HttpResponse:
    seen = item_seen(request.actor, item_id)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "item_id": item_id}
    if attempt(form, lambda **said: act(**facts, **said)):
        messages.success(request, done)
        return redirect("billing:item", item_id)
    return _show(request, seen, **{name: form})


def _show(request: SignedInRequest, seen: ChargeItem, **typed: forms.Form) -> HttpResponse:
    lpr = policy_at(seen.site_id, day_of(now())).lpr
    tariffs = list(seen.tariffs.select_related("proposed_by", "decided_by").order_by("-version"))
    waiting = [tariff for tariff in tariffs if tariff.state == ProposalState.PROPOSED]
    fresh: dict[str, forms.Form] = {
        "item_form": ItemForm(initial={name: getattr(seen, name) for name in FACTS}),
        "price_form": PriceForm(method=seen.method),
    }
    shown = {
        "item": seen,
        "tariffs": tariffs,
        "waiting": waiting,
        "excessive": {tariff.pk for tariff in tariffs if is_excessive(tariff.late_fee_rate, lpr)},
        "term_count": seen.terms.count(),
        "may_edit": request.actor.may(SET_PRICES, seen.site_id),
        "may_approve": request.actor.may(APPROVE_PRICES, seen.site_id),
    }
    return render(request, "billing/item.html", shown | fresh | typed, status=422 if typed else 200)


@page(VIEW_BILLING, "GET", "POST")
def terms(request: SignedInRequest, item_id: int) -> HttpResponse:
    """What holds for single places, and since when; another is agreed."""
    seen = item_seen(request.actor, item_id)
    form = TermForm(request.POST or None)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "item_id": item_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.set_term(**facts, **said)):
        messages.success(request, _("已约定，下次出账起生效。"))
        return redirect("billing:terms", item_id)
    text = request.GET.get("q", "").strip()
    rows = terms_listed(seen).filter(Q(place__code__icontains=text) | Q(place__label__icontains=text))
    if request.GET.get("export") == "xlsx":
        return excel.download(f"terms-{seen.code}", [_terms_sheet(rows)])
    shown = {
        "item": seen,
        "page": page_of(rows, request.GET.get("page")),
        "q": text,
        "form": form,
        "end_form": TermEndForm(initial={"ends_on": day_of(now())}),
        "may_edit": request.actor.may(SET_PRICES, seen.site_id),
    }
    return render(request, "billing/terms.html", shown, status=422 if form.errors else 200)


@page(SET_PRICES, "POST")
def term_ending(request: SignedInRequest, term_id: int) -> HttpResponse:
    """The item's own rules hold there again."""
    seen, form = term_seen(request.actor, term_id), TermEndForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "term_id": term_id}
    if attempt(form, lambda **said: actions.end_term(**facts, **said)):
        messages.success(request, _("约定已结束。"))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("billing:terms", seen.item_id)


def _terms_sheet(rows: Any) -> excel.Sheet:
    header = [_("位置编码"), _("位置"), _("从哪天起"), _("到哪天（不含）"), _("免收"), _("单价（元）"), _("系数"),
              _("计费数量"), _("每月附加（元）"), _("向谁收"), _("说明")]  # fmt: skip
    cells = (
        (
            row.place.code, row.place.label, row.starts_on, row.ends_on, _("是") if row.is_exempt else "",
            row.unit_price, row.coefficient, row.quantity, row.surcharge, row.get_payer_display(), row.note,
        )
        for row in rows.iterator(2000)
    )  # fmt: skip
    return excel.Sheet(_("约定"), header, cells)


@page(VIEW_BILLING, "GET", "POST")
def policy(request: SignedInRequest) -> HttpResponse:
    """How the site settles debts, now and before; from a day on another way."""
    site_id, today = request.site.pk, day_of(now())
    request.actor.require(VIEW_BILLING, site_id)
    held = policy_at(site_id, today)
    first = {name: getattr(held, name) for name in ("mode", "settle_order", "freezes_disputed", "prepay_most_months")}
    first |= {"prepay_discount": held.prepay_discount.normalize(), "lpr_percent": (held.lpr * 100).normalize()}
    first |= {"contract_order": ",".join(held.contract_order), "starts_on": today}
    form = PolicyForm(request.POST or None, initial=first)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": site_id}
    if request.method == "POST" and attempt(form, lambda **said: actions.set_policy(**facts, **said)):
        messages.success(request, _("新规则已保存。"))
        return redirect("billing:policy")
    shown = {
        "held": held,
        "earlier": policies_listed(site_id)[:20],
        "form": form,
        "may_edit": request.actor.may(SET_PRICES, site_id),
    }
    return render(request, "billing/policy.html", shown, status=422 if form.errors else 200)
