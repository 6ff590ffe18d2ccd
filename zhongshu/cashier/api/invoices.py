"""Invoices for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from zhongshu.billing.api.payments import ChargeId
from zhongshu.cashier import actions
from zhongshu.cashier.kinds import InvoiceKind
from zhongshu.cashier.lifecycle import InvoiceState
from zhongshu.cashier.models import Invoice
from zhongshu.cashier.permissions import VIEW_INVOICES
from zhongshu.cashier.queries.invoices import invoices_visible, payment_to_invoice
from zhongshu.estate.queries import found
from zhongshu.identity.api_kit import Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of

router = Router(tags=["cashier"])

InvoiceId = Annotated[int, Field(ge=1, lt=1 << 63)]


class InvoiceIn(Typed):
    """`charges`: ids of those to be invoiced, all that was paid of each; none: every one that the payment cleared."""

    kind: InvoiceKind = InvoiceKind.NORMAL
    buyer_title: Annotated[Line, Field(min_length=1, max_length=100)]
    buyer_tax_number: Annotated[Line, Field(max_length=20)] = ""
    charges: list[ChargeId] = []
    note: Annotated[Line, Field(max_length=200)] = ""


class InvoiceBrief(Schema):
    """`number`: 20 digits once it is issued. `red_wanted`: why it should be reddened; empty: no reason to."""

    id: int
    site: str
    serial: str
    account: str
    payment: str
    kind: InvoiceKind
    buyer_title: str
    buyer_tax_number: str
    amount: Decimal
    tax_amount: Decimal
    state: InvoiceState
    requested_at: datetime
    number: str
    issued_at: datetime | None
    red_wanted: str
    red_number: str
    error: str


class InvoiceLineOut(Schema):
    charge: int
    name: str
    period_start: date
    period_end: date
    amount: Decimal
    tax_rate: Decimal
    tax_amount: Decimal


class InvoiceOut(InvoiceBrief):
    lines: list[InvoiceLineOut]


class InvoicePage(Listed):
    items: list[InvoiceBrief]


class InvoiceQuery(Schema):
    site: Line = ""
    account: Line = ""
    state: InvoiceState | None = None
    red_wanted: bool | None = None


class RedIn(Typed):
    reason: Line


@router.post("/payments/{payment_number}/invoices", response={201: InvoiceOut}, summary="Invoice a payment")
def request_invoice(request: HttpRequest, payment_number: Line, said: InvoiceIn) -> Status[dict[str, Any]]:
    """What it cleared and nobody has invoiced; it is issued soon after."""
    actor = actor_of(request)
    payment = payment_to_invoice(actor, payment_number)
    facts = said.model_dump() | {"charges": frozenset(said.charges)}
    made = actions.request_invoice(actor=actor, at=now(), payment_id=payment.pk, **facts)
    return Status(201, _seen(request, made.pk))


@router.get("/invoices", response=InvoicePage, summary="Invoices")
def list_invoices(
    request: HttpRequest, wanted: Query[InvoiceQuery], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    """The latest first."""
    actor = actor_of(request)
    rows = invoices_visible(actor)
    if wanted.site:
        rows = rows.filter(site=site_of(actor, wanted.site, VIEW_INVOICES))
    rows = rows.filter(account__number=wanted.account) if wanted.account else rows
    rows = rows.filter(state=wanted.state.value) if wanted.state else rows
    if wanted.red_wanted is not None:
        rows = rows.exclude(red_wanted="") if wanted.red_wanted else rows.filter(red_wanted="")
    return paged(request, page_of(rows, str(page), size=page_size), _brief)


@router.get("/invoices/{invoice_id}", response=InvoiceOut, summary="One invoice")
def get_invoice(request: HttpRequest, invoice_id: InvoiceId) -> dict[str, Any]:
    """With its lines."""
    return _seen(request, invoice_id)


@router.post("/invoices/{invoice_id}/red", response=InvoiceOut, summary="Take an invoice back")
def request_red(request: HttpRequest, invoice_id: InvoiceId, said: RedIn) -> dict[str, Any]:
    """All of it; first a confirmation is asked for, then the red invoice is issued."""
    actions.request_red(actor=actor_of(request), at=now(), invoice_id=invoice_id, reason=said.reason)
    return _seen(request, invoice_id)


def _seen(request: HttpRequest, invoice_id: int) -> dict[str, Any]:
    invoice = found(invoices_visible(actor_of(request)).filter(pk=invoice_id))
    plain = ("name", "amount", "tax_rate", "tax_amount")
    lines = [
        {name: getattr(line, name) for name in plain}
        | {
            "charge": line.charge_id,
            "period_start": line.charge.period_start,
            "period_end": line.charge.period_end,
        }
        for line in invoice.lines.select_related("charge").order_by("pk")
    ]
    return _brief(invoice) | {"lines": lines}


def _brief(invoice: Invoice) -> dict[str, Any]:
    plain = ("serial", "kind", "buyer_title", "buyer_tax_number", "amount", "tax_amount", "state", "requested_at")
    more = ("number", "issued_at", "red_wanted", "red_number", "error")
    return {name: getattr(invoice, name) for name in (*plain, *more)} | {
        "id": invoice.pk,
        "site": invoice.site.code,
        "account": invoice.account.number,
        "payment": invoice.payment.number,
    }
