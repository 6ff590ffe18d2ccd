"""Invoices asked for, and taken back."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.models import Payment
from zhongshu.cashier.engine.invoices import ask_finance, locked_invoice, move, trace
from zhongshu.cashier.errors import NoInvoiceSeller, NothingToInvoice
from zhongshu.cashier.gateways import GATEWAYS
from zhongshu.cashier.kinds import InvoiceKind
from zhongshu.cashier.lifecycle import InvoiceState
from zhongshu.cashier.models import Invoice, InvoiceLine, InvoiceSeller
from zhongshu.cashier.permissions import REDDEN_INVOICES, REQUEST_INVOICES, SET_UP_INVOICES
from zhongshu.cashier.policies.invoices import is_tax_number, tax_of_part
from zhongshu.cashier.queries.invoices import Invoiceable, invoiceable, seller_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.words import short, stated

PREFIX = "FP"


@transaction.atomic
def set_up_invoices(
    *, actor: Actor, at: datetime, site_id: int, title: str, tax_number: str, drawn_by: str, gateway: str
) -> InvoiceSeller:
    """In whose name the site invoices from now on, and where. Raises NotFound, Invalid."""
    actor.require(SET_UP_INVOICES, site_id)
    if gateway not in GATEWAYS:
        raise Invalid(_("没有这个开票渠道。"), field="gateway")
    seller, before = seller_of(site_id) or InvoiceSeller(site_id=site_id), None
    if seller.pk:
        before = audit.values(seller, ("title", "tax_number", "drawn_by", "gateway"))
    seller.title = stated(title, field="title", most=100, what=_("销售方名称"))
    seller.tax_number = _tax_number(tax_number)
    seller.drawn_by = stated(drawn_by, field="drawn_by", most=40, what=_("开票人"))
    seller.gateway = gateway
    seller.save()
    after = audit.values(seller, ("title", "tax_number", "drawn_by", "gateway"))
    audit.record(actor=actor, at=at, verb="cashier.set_up_invoices", target=seller, before=before, after=after)
    return seller


@transaction.atomic
def request_invoice(
    *,
    actor: Actor,
    at: datetime,
    payment_id: int,
    kind: InvoiceKind,
    buyer_title: str,
    buyer_tax_number: str = "",
    charges: frozenset[int] = frozenset(),
    note: str = "",
) -> Invoice:
    """Invoice what the payment cleared and nobody has invoiced: of the named charges, or of all. A worker issues it.

    Raises NotFound, Invalid, NoInvoiceSeller, NothingToInvoice.
    """
    payment = _held(actor, payment_id)
    seller = seller_of(payment.site_id)
    if seller is None:
        raise NoInvoiceSeller(_("请先由财务在“开票设置”里填写销售方信息。"))
    parts = [part for part in invoiceable(payment.pk) if not charges or part.charge.pk in charges]
    if not parts or charges - {part.charge.pk for part in parts}:
        raise NothingToInvoice(_("这些费用没有可开票的已付金额，或已经开过票。"), field="charges")
    invoice = Invoice(
        site_id=payment.site_id,
        serial=next_number(prefix=PREFIX, site_code=payment.site.code, at=at),
        account_id=payment.account_id,
        payment=payment,
        note=short(note, field="note", most=200, what=_("备注")),
        requested_by_id=actor.user_id,
        requested_at=at,
        gateway=seller.gateway,
        next_ask_at=at,
    )
    _name_buyer(invoice, kind, buyer_title, buyer_tax_number)
    _write(invoice, parts)
    trace(invoice, "", actor=actor, at=at)
    return invoice


def _held(actor: Actor, payment_id: int) -> Payment:
    """The payment, with its account held: what it cleared, and what is invoiced of it, stays as it is meanwhile."""
    seen = found(actor.visible(Payment.objects.filter(pk=payment_id), REQUEST_INVOICES))
    Account.objects.select_for_update(no_key=True).get(pk=seen.account_id)
    return Payment.objects.select_related("site").get(pk=payment_id)


def _name_buyer(invoice: Invoice, kind: InvoiceKind, title: str, tax_number: str) -> None:
    invoice.kind = InvoiceKind(kind).value
    invoice.buyer_title = stated(title, field="buyer_title", most=100, what=_("发票抬头"))
    invoice.buyer_tax_number = ""
    if tax_number.strip() or kind == InvoiceKind.SPECIAL:
        invoice.buyer_tax_number = _tax_number(tax_number, field="buyer_tax_number")


def _tax_number(said: str, *, field: str = "tax_number") -> str:
    number = stated(said, field=field, most=20, what=_("纳税人识别号")).upper()
    if not is_tax_number(number):
        raise Invalid(_("纳税人识别号不对，请核对。"), field=field)
    return number


def _write(invoice: Invoice, parts: Sequence[Invoiceable]) -> None:
    lines = [_line(invoice, part) for part in parts]
    invoice.amount = sum((line.amount for line in lines), Decimal(0))
    invoice.tax_amount = sum((line.tax_amount for line in lines), ZERO)
    invoice.save(force_insert=True)
    InvoiceLine.objects.bulk_create(lines)


def _line(invoice: Invoice, part: Invoiceable) -> InvoiceLine:
    charge = part.charge
    return InvoiceLine(
        invoice=invoice,
        charge=charge,
        name=charge.item.name[:100],
        amount=part.left,
        tax_rate=charge.vat_rate,
        tax_amount=tax_of_part(part.left, before=part.before, rate=charge.vat_rate),
    )


@transaction.atomic
def request_red(*, actor: Actor, at: datetime, invoice_id: int, reason: str) -> Invoice:
    """All of an issued invoice is to be taken back: first confirmed, then reddened. A worker does both.

    Raises NotFound, IllegalInvoiceMove, Invalid.
    """
    found(actor.visible(Invoice.objects.filter(pk=invoice_id), REDDEN_INVOICES))
    invoice = locked_invoice(invoice_id)
    invoice.red_reason = stated(reason, field="reason", most=300, what=_("红冲原因"))
    invoice.next_ask_at, invoice.attempts, invoice.error, invoice.red_confirmation = at, 0, "", ""
    move(invoice, InvoiceState.RED_REQUESTED, actor=actor, at=at, note=invoice.red_reason)
    return invoice


@transaction.atomic
def want_red(
    *, actor: Actor, at: datetime, reason: str, payment_id: int | None = None, charge_id: int | None = None
) -> list[Invoice]:
    """What an invoice says was paid is no longer so: a payment bounced, or a charge was wrong. Finance is asked to
    redden what is issued; what the tax platform has not seen yet is dropped. Again: nothing more. The invoices touched.
    """
    rows = (
        Invoice.objects.filter(payment_id=payment_id) if payment_id else Invoice.objects.filter(lines__charge=charge_id)
    )
    ids = sorted(set(rows.values_list("pk", flat=True)))
    invoices = (locked_invoice(invoice_id) for invoice_id in ids)
    return [invoice for invoice in invoices if _unfounded(invoice, reason[:300], actor=actor, at=at)]


def _unfounded(invoice: Invoice, reason: str, *, actor: Actor, at: datetime) -> bool:
    if invoice.state == InvoiceState.REQUESTED:
        invoice.error, invoice.next_ask_at = reason, None
        move(invoice, InvoiceState.FAILED, actor=actor, at=at, note=reason)
        return True
    if invoice.red_wanted or invoice.state not in (InvoiceState.ISSUING, InvoiceState.ISSUED):
        return False
    invoice.red_wanted = reason
    invoice.save(update_fields=["red_wanted"])
    audit.record(actor=actor, at=at, verb="cashier.want_red", target=invoice, after={"red_wanted": reason})
    if invoice.state == InvoiceState.ISSUED:
        ask_finance(invoice, at=at)
    return True
