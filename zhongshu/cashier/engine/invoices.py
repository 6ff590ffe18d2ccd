"""An invoice held, moved from state to state, and written out for the tax platform."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.cashier.errors import IllegalInvoiceMove
from zhongshu.cashier.events import InvoiceMoved
from zhongshu.cashier.gateways.base import Line, Party, RedSheet, Sheet
from zhongshu.cashier.lifecycle import INVOICE_LABELS, INVOICE_MOVES, InvoiceState
from zhongshu.cashier.models import Invoice, InvoiceMove, InvoiceSeller
from zhongshu.cashier.queries.invoices import finance_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.outbox import publish
from zhongshu.messaging.actions import tell


def locked_invoice(invoice_id: int) -> Invoice:
    """As it is once nobody else moves it."""
    return Invoice.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=invoice_id)


def move(invoice: Invoice, state: InvoiceState, *, actor: Actor, at: datetime, note: str = "") -> None:
    """The step with its trace; the caller set what comes with it. Raises IllegalInvoiceMove."""
    before = InvoiceState(invoice.state)
    if state not in INVOICE_MOVES[before]:
        what = {"before": INVOICE_LABELS[before], "after": INVOICE_LABELS[state]}
        raise IllegalInvoiceMove(_("发票“%(before)s”，不能变为“%(after)s”。") % what)
    invoice.state = state.value
    invoice.save()
    trace(invoice, before, actor=actor, at=at, note=note)


def trace(invoice: Invoice, before: str, *, actor: Actor, at: datetime, note: str = "") -> None:
    """That it came to its state, from `before` ("": it is new)."""
    InvoiceMove.objects.create(
        invoice=invoice, before=before, after=invoice.state, at=at, by_id=actor.user_id, note=note[:300]
    )
    after = audit.values(invoice, ("serial", "state", "amount", "buyer_title", "number", "red_number"))
    was = {"state": before} if before else None
    audit.record(actor=actor, at=at, verb="cashier.move_invoice", target=invoice, before=was, after=after)
    publish(
        InvoiceMoved(site_id=invoice.site_id, invoice_id=invoice.pk, state=invoice.state, number=invoice.number), at=at
    )


def sheet_of(invoice: Invoice, at: datetime) -> Sheet:
    """What is to stand on it."""
    seller = InvoiceSeller.objects.get(site_id=invoice.site_id)
    return Sheet(
        id=invoice.pk,
        serial=invoice.serial,
        kind=invoice.kind,
        seller=Party(seller.title, seller.tax_number),
        drawn_by=seller.drawn_by,
        buyer=Party(invoice.buyer_title, invoice.buyer_tax_number),
        lines=[
            Line(row.name, row.charge.period_start, row.charge.period_end, row.amount, row.tax_rate, row.tax_amount)
            for row in invoice.lines.select_related("charge").order_by("pk")
        ],
        amount=invoice.amount,
        tax_amount=invoice.tax_amount,
        note=invoice.note,
        at=at,
    )


def red_sheet_of(invoice: Invoice, at: datetime) -> RedSheet:
    """What is to stand on the red one."""
    return RedSheet(
        sheet=sheet_of(invoice, at),
        number=invoice.number,
        reason=invoice.red_reason,
        confirmation=invoice.red_confirmation,
    )


def ask_finance(invoice: Invoice, *, at: datetime) -> None:
    """Finance gets a message that an issued invoice should be reddened, once."""
    tell(
        recipient_ids=finance_of(invoice.site_id, day_of(at)),
        site_id=invoice.site_id,
        kind="invoice_red_wanted",
        title=_("发票 %(number)s 需要红冲") % {"number": invoice.number},
        body=invoice.red_wanted,
        link=reverse("cashier:invoice", args=[invoice.pk]),
        dedupe_key=f"invoice_red_wanted:{invoice.pk}",
        at=at,
    )
