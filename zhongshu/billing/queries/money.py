"""Payments, charges, reliefs and refunds as people and programs look at them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from zhongshu.billing.kinds import OrderUsed, Part
from zhongshu.billing.models import Allocation, Charge, Payment, Refund, Relief
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.estate.models import Account
from zhongshu.estate.queries import account_named as named
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.kernel.composed import Composed, given
from zhongshu.kernel.money import ZERO


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """What of a payment cleared what, as it stands on the receipt. A late fee is shown with the charge it is of."""

    charge_id: int
    item: str
    item_name: str
    place: str
    period_start: date
    period_end: date
    part: Part
    amount: Decimal
    rule: OrderUsed

    @classmethod
    def of(cls, row: Allocation) -> "ReceiptLine":
        base = row.charge.late_fee_of or row.charge
        part = Part.LATE_FEE if row.charge.late_fee_of else Part.PRINCIPAL
        place = base.place.label if base.place else ""
        facts = (base.pk, base.item.code, base.item.name, place, base.period_start, base.period_end)
        return cls(*facts, part, row.amount, OrderUsed(row.order_used))


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """`order_used`: the rule that was asked first, None when nothing was cleared; `credit` is left over."""

    lines: tuple[ReceiptLine, ...]
    credit: Decimal

    @property
    def order_used(self) -> OrderUsed | None:
        return self.lines[0].rule if self.lines else None


def receipt(payment: Payment) -> ReceiptFacts:
    """What the payment cleared when it came, whatever happened since: the receipt handed out then."""
    rows = _RECEIPT.all(payment=payment.pk, entry=payment.entry_id)
    lines = tuple(ReceiptLine.of(row) for row in rows)
    return ReceiptFacts(lines, payment.amount - sum((line.amount for line in lines), ZERO))


def used(payment: Payment) -> ReceiptFacts:
    """What of the payment clears what now."""
    return ReceiptFacts(
        _lines(payment.allocations.filter(undoes__isnull=True, undone__isnull=True)), payment.unallocated
    )


_RELATED = ("charge__item", "charge__place", "charge__late_fee_of__item", "charge__late_fee_of__place")
_RECEIPT = Composed(
    lambda: (
        Allocation.objects.filter(payment_id=given("payment"), entry_id=given("entry"), undoes__isnull=True)
        .select_related(*_RELATED)
        .order_by("pk")
    )
)


def _lines(rows: "QuerySet[Allocation]") -> tuple[ReceiptLine, ...]:
    return tuple(ReceiptLine.of(row) for row in rows.select_related(*_RELATED).order_by("pk"))


_NUMBERED = Composed(
    lambda: Account.objects.filter(site_id=given("site"), number=given("number")).select_related(
        "site", "customer", "unit"
    )
)


def account_named(actor: Actor, name: str, right: Right, *, on: date, site_id: int | None = None) -> Account:
    """`estate.queries.account_named` at the sites where the right is held. Raises NotFound, and Invalid when several
    sites have one.
    """
    if site_id and actor.may(right, site_id) and (known := _NUMBERED.first(site=site_id, number=name)):
        return known
    return named(name, on, site_id=site_id, among=actor.visible(Account.objects.all(), right))


def payments_visible(actor: Actor) -> "QuerySet[Payment]":
    """The latest first."""
    rows = actor.visible(Payment.objects.all(), VIEW_BILLING)
    return rows.select_related("site", "account__customer", "item", "recorded_by").order_by("-received_on", "-pk")


def payment_by_number(actor: Actor, number: str) -> Payment:
    """Raises NotFound."""
    return found(payments_visible(actor).filter(number=number))


def charges_visible(actor: Actor) -> "QuerySet[Charge]":
    """By due day."""
    rows = actor.visible(Charge.objects.all(), VIEW_BILLING)
    return rows.select_related("site", "account", "place", "item").order_by("-due_on", "-pk")


def reliefs_visible(actor: Actor) -> "QuerySet[Relief]":
    """The latest first."""
    rows = actor.visible(Relief.objects.all(), VIEW_BILLING)
    related = ("site", "charge__item", "charge__account__customer", "charge__place", "proposed_by", "decided_by")
    return rows.select_related(*related).order_by("-proposed_at", "-pk")


def refunds_visible(actor: Actor) -> "QuerySet[Refund]":
    """The latest first."""
    rows = actor.visible(Refund.objects.all(), VIEW_BILLING)
    return rows.select_related("site", "account__customer", "proposed_by", "decided_by").order_by("-proposed_at", "-pk")
