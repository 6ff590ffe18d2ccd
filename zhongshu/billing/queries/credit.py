"""Account credit: money received that cleared nothing yet, oldest first."""

from decimal import Decimal

from zhongshu.billing.kinds import OrderUsed
from zhongshu.billing.models import Allocation, Payment, Prepayment
from zhongshu.billing.policies.prepaying import places_of, shares
from zhongshu.kernel.money import ZERO


def credit_of(account_id: int) -> Decimal:
    """All of it, also what is reserved for months paid ahead."""
    rows = Payment.objects.filter(account_id=account_id, unallocated__gt=0)
    return sum(rows.values_list("unallocated", flat=True), ZERO)


def free_credit(account_id: int) -> list[tuple[Payment, Decimal]]:
    """Payments with what may be drawn of them or paid back, oldest first."""
    rows = Payment.objects.filter(account_id=account_id, unallocated__gt=0).select_related("item", "prepayment")
    free = [(payment, payment.unallocated - _reserved(payment)) for payment in rows.order_by("received_on", "pk")]
    return [(payment, amount) for payment, amount in free if amount > 0]


def _reserved(payment: Payment) -> Decimal:
    prepayment: Prepayment | None = getattr(payment, "prepayment", None)
    return reserved(prepayment) if prepayment else ZERO


def reserved(prepayment: Prepayment) -> Decimal:
    """The shares of the months it still serves and that no charge has drawn yet."""
    waiting = set(served(prepayment)) - drawn_places(prepayment)
    left: Decimal = prepayment.payment.unallocated
    return min(shares(prepayment.paid_amount, prepayment.months, waiting), left)


def served(prepayment: Prepayment) -> range:
    """The months it was, or still is, to serve: all of them unless it ended early."""
    until = prepayment.ended_on or prepayment.ends_on
    return places_of(prepayment.starts_on, prepayment.starts_on, until)


def drawn_places(prepayment: Prepayment) -> set[int]:
    """The months whose charges have drawn their share."""
    rows = Allocation.objects.filter(
        payment_id=prepayment.payment_id, order_used=OrderUsed.PREPAYMENT, undoes__isnull=True, undone__isnull=True
    )
    periods = rows.values_list("charge__period_start", "charge__period_end")
    return {place for start, end in periods for place in places_of(prepayment.starts_on, start, end)}
