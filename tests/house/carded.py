"""A card and an invoice in the world of the house's tests."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Payment
from zhongshu.cashier import actions
from zhongshu.cashier.gateways import LOCAL
from zhongshu.cashier.kinds import InvoiceKind
from zhongshu.cashier.models import Invoice
from zhongshu.identity.roles import Role

if TYPE_CHECKING:
    from tests.house.world import World


def make_carded(world: "World", payment: Payment) -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    by = {"actor": world.cast.actor(Role.CASHIER, world.site), "at": world.at}
    account = world.account
    card = actions.issue_card(**by, account_id=account.pk, holder_id=account.customer_id, number="K-1001")
    actions.top_up_card(
        **by, card_id=card.pk, amount=Decimal("200.00"), method=PaymentMethod.TRANSFER, reference="CZ-1"
    )
    refund = actions.propose_card_refund(
        **by, card_id=card.pk, amount=Decimal("20.00"), method=PaymentMethod.TRANSFER, reason="充多了"
    )
    return {"card": card, "card_refund": refund, "invoice": _invoice(world, payment, by)}


def _invoice(world: "World", payment: Payment, by: dict[str, Any]) -> Invoice:
    """Issued, and with the paper of a red one beside it; no paper was set, which takes a second."""
    actions.set_up_invoices(
        actor=world.cast.actor(Role.FINANCE, world.site), at=world.at, site_id=world.site.pk, title="安居物业有限公司",
        tax_number="91350100M000100Y43", drawn_by="王会计", gateway=LOCAL,
    )  # fmt: skip
    invoice = actions.request_invoice(**by, payment_id=payment.pk, kind=InvoiceKind.NORMAL, buyer_title="王小明")
    Invoice.objects.filter(pk=invoice.pk).update(state="issuing")
    invoice.state, invoice.number, invoice.issued_at, invoice.next_ask_at = "issued", "2" * 20, world.at, None
    for paper in (invoice.pdf, invoice.red_pdf):
        paper.save("sample.pdf", ContentFile(b"%PDF-1.7"), save=False)
    invoice.save()
    return invoice
