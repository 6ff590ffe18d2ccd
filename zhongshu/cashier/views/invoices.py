"""Invoices: asked for from a payment, watched, downloaded, taken back; and in whose name the site invoices."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from zhongshu.billing.views.doing import do
from zhongshu.cashier import actions
from zhongshu.cashier.forms.invoices import InvoiceForm, RedForm, SellerForm
from zhongshu.cashier.lifecycle import INVOICE_LABELS, InvoiceState
from zhongshu.cashier.models import Invoice
from zhongshu.cashier.permissions import REDDEN_INVOICES, REQUEST_INVOICES, SET_UP_INVOICES, VIEW_INVOICES
from zhongshu.cashier.policies.invoices import tax_by_rate
from zhongshu.cashier.queries.invoices import (
    invoiceable,
    invoices_visible,
    last_buyer,
    payment_to_invoice,
    seller_of,
)
from zhongshu.estate.queries import found
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.kernel.errors import NotFound
from zhongshu.web.forms import attempt
from zhongshu.web.paging import page_of
from zhongshu.web.paper import download


@page(VIEW_INVOICES)
def invoices(request: SignedInRequest) -> HttpResponse:
    """The site's, the latest first; by number, title, account or payment; those to be reddened."""
    text, unknown = _text(request, "q"), ""
    if number := _text(request, "payment"):
        try:
            return redirect("cashier:new_invoice", payment_to_invoice(request.actor, number).number)
        except NotFound as refusal:
            unknown = refusal.message
    state = request.GET.get("state", "")
    rows = invoices_visible(request.actor).filter(site=request.site)
    if text:
        numbers = Q(number=text) | Q(red_number=text) | Q(serial=text) | Q(payment__number=text)
        rows = rows.filter(numbers | Q(account__number=text) | Q(buyer_title=text))
    if state == "wanted":
        rows = rows.filter(state=InvoiceState.ISSUED).exclude(red_wanted="")
    elif state in set(InvoiceState):
        rows = rows.filter(state=state)
    shown = {
        "page": page_of(rows, request.GET.get("page")),
        "q": text,
        "payment": number,
        "unknown": unknown,
        "state": state,
        "states": INVOICE_LABELS,
        "may_request": request.actor.may(REQUEST_INVOICES, request.site.pk),
        "may_set_up": request.actor.may(SET_UP_INVOICES, request.site.pk),
    }
    return render(request, "cashier/invoices.html", shown)


@page(REQUEST_INVOICES, "GET", "POST")
def new_invoice(request: SignedInRequest, payment_number: str) -> HttpResponse:
    """For what a payment cleared; the buyer is the one the account named last."""
    payment = payment_to_invoice(request.actor, payment_number)
    request.actor.require(REQUEST_INVOICES, payment.site_id)
    parts = invoiceable(payment.pk)
    form = InvoiceForm(request.POST or None, parts=parts, initial=_buyer_before(payment.account_id))
    made: list[Invoice] = []
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "payment_id": payment.pk}
    if request.method == "POST" and attempt(form, lambda **said: made.append(actions.request_invoice(**facts, **said))):
        messages.success(request, _("已申请开票，稍后在这里下载。"))
        return redirect("cashier:invoice", made[0].pk)
    shown = {
        "payment": payment,
        "parts": parts,
        "form": form,
        "seller": seller_of(payment.site_id),
        "has": invoices_visible(request.actor).filter(payment=payment),
    }
    return render(request, "cashier/invoice_new.html", shown, status=422 if form.errors else 200)


def _buyer_before(account_id: int) -> dict[str, str]:
    before = last_buyer(account_id)
    if before is None:
        return {}
    return {name: getattr(before, name) for name in ("kind", "buyer_title", "buyer_tax_number")}


@page(VIEW_INVOICES)
def invoice(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """One: its lines, its steps, its papers."""
    return _show(request, _seen(request, invoice_id), RedForm())


@page(REDDEN_INVOICES, "POST")
def red(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """All of it is to be taken back."""
    seen, form = _seen(request, invoice_id), RedForm(request.POST)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "invoice_id": seen.pk}
    if attempt(form, lambda **said: actions.request_red(**facts, **said)):
        messages.success(request, _("已申请红冲。"))
        return redirect("cashier:invoice", seen.pk)
    return _show(request, seen, form)


@page(REQUEST_INVOICES, "POST")
def invoice_asking(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """Ask the platform now."""
    seen = _seen(request, invoice_id)
    request.actor.require(REQUEST_INVOICES, seen.site_id)
    act = partial(actions.ask_invoice, actor=request.actor, at=now(), invoice_id=seen.pk)
    return do(request, act, said=_("已查询开票平台。"), to=("cashier:invoice", seen.pk))


@page(VIEW_INVOICES)
def invoice_pdf(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The invoice."""
    seen = _seen(request, invoice_id)
    return _paper(seen.pdf, seen.number)


@page(VIEW_INVOICES)
def red_pdf(request: SignedInRequest, invoice_id: int) -> HttpResponse:
    """The red one."""
    seen = _seen(request, invoice_id)
    return _paper(seen.red_pdf, seen.red_number)


def _paper(file: FieldFile, name: str) -> HttpResponse:
    if not file:
        raise NotFound(_("没有找到，或者您无权查看。"))
    with file.open("rb") as content:
        return download(name, content.read())


@page(SET_UP_INVOICES, "GET", "POST")
def invoice_settings(request: SignedInRequest) -> HttpResponse:
    """In whose name, and where."""
    request.actor.require(SET_UP_INVOICES, request.site.pk)
    seller = seller_of(request.site.pk)
    first = {name: getattr(seller, name) for name in SellerForm.base_fields} if seller else {}
    form = SellerForm(request.POST or None, initial=first)
    facts: dict[str, Any] = {"actor": request.actor, "at": now(), "site_id": request.site.pk}
    if request.method == "POST" and attempt(form, lambda **said: actions.set_up_invoices(**facts, **said)):
        messages.success(request, _("开票设置已保存。"))
        return redirect("cashier:invoice_settings")
    return render(request, "cashier/invoice_settings.html", {"form": form}, status=422 if form.errors else 200)


def _text(request: SignedInRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()


def _seen(request: SignedInRequest, invoice_id: int) -> Invoice:
    return found(invoices_visible(request.actor).filter(pk=invoice_id))


def _show(request: SignedInRequest, seen: Invoice, form: RedForm) -> HttpResponse:
    lines = list(seen.lines.select_related("charge__place").order_by("pk"))
    shown = {
        "invoice": seen,
        "lines": lines,
        "rates": tax_by_rate((line.tax_rate, line.amount, line.tax_amount) for line in lines),
        "moves": seen.moves.select_related("by").order_by("pk"),
        "form": form,
        "may_redden": seen.state == InvoiceState.ISSUED and request.actor.may(REDDEN_INVOICES, seen.site_id),
        "may_ask": seen.next_ask_at is not None and request.actor.may(REQUEST_INVOICES, seen.site_id),
        "is_failed": seen.state == InvoiceState.FAILED,
    }
    return render(request, "cashier/invoice.html", shown, status=422 if form.errors else 200)
