"""Talking to the tax platform: what is handed in, what it says, what is written down of it.

A question is put outside of any transaction; its answer counts only if the invoice is where it was when it was put. So
answers that are lost, late or given twice do no harm: an invoice that was handed in is asked about before it is handed
in again, and always under the same serial.
"""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.engine.invoices import ask_finance, locked_invoice, move, red_sheet_of, sheet_of
from zhongshu.cashier.gateways import GATEWAYS
from zhongshu.cashier.gateways.base import Absent, Confirmed, Issued, Pending, Refused, Unanswered
from zhongshu.cashier.lifecycle import InvoiceState
from zhongshu.cashier.models import Invoice
from zhongshu.cashier.policies.invoices import ask_again_after, is_invoice_number
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor

Answer = Issued | Confirmed | Pending | Refused | Absent
AT_ONCE = 50
IN_HAND = timedelta(minutes=5)
"""Whoever asks has so long; after that it is due again, should they have died."""


@audit.unaudited("each invoice's move says it itself")
def ask_invoices(*, actor: Actor, at: datetime) -> int:
    """Put every question that is due; how many. Safe beside itself: a rival leaves what is in hand. One that fails
    does not stop the others."""
    due, failed = _claimed(at), []
    for invoice_id in due:
        try:
            ask_invoice(actor=actor, at=at, invoice_id=invoice_id)
        except Exception as error:  # raised below, once the others had their turn
            failed.append(error)
    if failed:
        raise ExceptionGroup("asking the tax platform failed", failed)
    return len(due)


@transaction.atomic
def _claimed(at: datetime) -> list[int]:
    rows = Invoice.objects.select_for_update(skip_locked=True).filter(next_ask_at__lte=at)
    due = list(rows.order_by("next_ask_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    Invoice.objects.filter(pk__in=due).update(next_ask_at=at + IN_HAND)
    return due


@audit.unaudited("each move says it itself")
def ask_invoice(*, actor: Actor, at: datetime, invoice_id: int) -> Invoice:
    """Hand it in, or ask what became of it; write down the answer."""
    invoice, is_new = _begun(invoice_id, actor=actor, at=at)
    try:
        answer: Answer = _asked(invoice, at, is_new=is_new)
    except Unanswered as silence:
        return _heard(invoice, Pending(), str(silence) or _("平台没有答复"), actor=actor, at=at)
    return _heard(invoice, answer, "", actor=actor, at=at)


@transaction.atomic
def _begun(invoice_id: int, *, actor: Actor, at: datetime) -> tuple[Invoice, bool]:
    """Whether nobody has handed it in yet. From here on somebody may have."""
    invoice = locked_invoice(invoice_id)
    is_new = invoice.state == InvoiceState.REQUESTED
    if is_new:
        move(invoice, InvoiceState.ISSUING, actor=actor, at=at)
    return invoice, is_new


def _asked(invoice: Invoice, at: datetime, *, is_new: bool) -> Answer:
    gateway, state = GATEWAYS[invoice.gateway], invoice.state
    if state == InvoiceState.RED_REQUESTED:
        return gateway.confirm_red(red_sheet_of(invoice, at))
    if state == InvoiceState.RED_CONFIRMED:
        return gateway.red(red_sheet_of(invoice, at))
    if state != InvoiceState.ISSUING:
        return Pending()
    sheet = sheet_of(invoice, at)
    answer: Answer = Absent() if is_new else gateway.query(sheet)
    return gateway.issue(sheet) if isinstance(answer, Absent) else answer


@transaction.atomic
def _heard(asked: Invoice, answer: Answer, error: str, *, actor: Actor, at: datetime) -> Invoice:
    invoice = locked_invoice(asked.pk)
    if invoice.state != asked.state:  # another answer was quicker
        return invoice
    match InvoiceState(invoice.state), answer:
        case InvoiceState.ISSUING, Issued(number=number) if is_invoice_number(number):
            _issued(invoice, answer, actor=actor, at=at)
        case InvoiceState.RED_CONFIRMED, Issued(number=number) if is_invoice_number(number):
            _reddened(invoice, answer, actor=actor, at=at)
        case InvoiceState.RED_REQUESTED, Confirmed(confirmation=confirmation) if confirmation:
            invoice.red_confirmation = confirmation[:40]
            _settle(invoice, InvoiceState.RED_CONFIRMED, next_ask_at=at, note=confirmation, actor=actor, at=at)
        case InvoiceState.ISSUING, Refused(reason=reason):
            invoice.error = reason[:300]
            _settle(invoice, InvoiceState.FAILED, note=reason, actor=actor, at=at)
        case ((InvoiceState.RED_REQUESTED | InvoiceState.RED_CONFIRMED), Refused(reason=reason)):
            invoice.error, invoice.red_confirmation = reason[:300], ""
            _settle(invoice, InvoiceState.ISSUED, note=reason, actor=actor, at=at)
        case ((InvoiceState.ISSUING | InvoiceState.RED_REQUESTED | InvoiceState.RED_CONFIRMED), _):
            _ask_again(invoice, error or ("" if isinstance(answer, Pending) else _("平台的答复看不懂")), at=at)
    return invoice


def _issued(invoice: Invoice, answer: Issued, *, actor: Actor, at: datetime) -> None:
    invoice.number, invoice.issued_at, invoice.error = answer.number, answer.at, ""
    invoice.pdf.save(f"{answer.number}.pdf", ContentFile(answer.pdf), save=False)
    _settle(invoice, InvoiceState.ISSUED, note=answer.number, actor=actor, at=at)
    if invoice.red_wanted:
        ask_finance(invoice, at=at)


def _reddened(invoice: Invoice, answer: Issued, *, actor: Actor, at: datetime) -> None:
    invoice.red_number, invoice.red_issued_at, invoice.error = answer.number, answer.at, ""
    invoice.red_pdf.save(f"{answer.number}.pdf", ContentFile(answer.pdf), save=False)
    _settle(invoice, InvoiceState.RED_ISSUED, note=answer.number, actor=actor, at=at)


def _settle(
    invoice: Invoice,
    state: InvoiceState,
    *,
    note: str,
    actor: Actor,
    at: datetime,
    next_ask_at: datetime | None = None,
) -> None:
    invoice.attempts, invoice.next_ask_at = 0, next_ask_at
    move(invoice, state, actor=actor, at=at, note=note)


def _ask_again(invoice: Invoice, error: str, *, at: datetime) -> None:
    invoice.next_ask_at = at + ask_again_after(invoice.attempts)
    invoice.attempts, invoice.error = min(invoice.attempts + 1, 30_000), error[:300]
    invoice.save(update_fields=["next_ask_at", "attempts", "error"])
