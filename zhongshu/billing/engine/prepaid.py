"""What was paid ahead meets the months it was paid for: each draws its share, the rest of its price is a discount."""

from datetime import date, datetime
from decimal import Decimal

from zhongshu.billing.engine import late_fees, settling
from zhongshu.billing.kinds import OrderUsed, ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Allocation, Charge, Prepayment, Relief
from zhongshu.billing.policies.legs import cleared, relieved
from zhongshu.billing.policies.prepaying import places_of, shares
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.credit import drawn_places, served
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.actions import post, reserve_entry
from zhongshu.ledger.kinds import CREDIT, EntryKind


def draw(account: Account, *, actor: Actor, at: datetime, on: date) -> Decimal:
    """What prepayments of the account clear now, without the discount. The caller has locked the account."""
    rows = Prepayment.objects.filter(account=account, payment__unallocated__gt=0).select_related("payment")
    return sum((_draw_one(prepayment, actor=actor, at=at, on=on) for prepayment in rows.order_by("pk")), ZERO)


def _draw_one(prepayment: Prepayment, *, actor: Actor, at: datetime, on: date) -> Decimal:
    months, done = set(served(prepayment)), drawn_places(prepayment)
    open_rows = Charge.objects.filter(
        account_id=prepayment.account_id,
        item_id=prepayment.item_id,
        place_id=prepayment.place_id,
        period_start__gte=prepayment.starts_on,
        open_amount__gt=0,
        late_fee_of__isnull=True,
    )
    left, drawn = prepayment.payment.unallocated, ZERO
    for charge in open_rows.select_related("item").order_by("period_start", "pk"):
        places = set(places_of(prepayment.starts_on, charge.period_start, charge.period_end))
        amount = min(shares(prepayment.paid_amount, prepayment.months, places), charge.open_amount, left)
        if places <= months - done and amount:
            _clear(prepayment, charge, amount, actor=actor, at=at, on=on)
            done, left, drawn = done | places, left - amount, drawn + amount
    return drawn


def _clear(prepayment: Prepayment, charge: Charge, amount: Decimal, *, actor: Actor, at: datetime, on: date) -> None:
    item, entry_id, rest = charge.item, reserve_entry(), charge.open_amount - amount
    legs = cleared(CREDIT, {item.fund: amount})
    legs += relieved(ReliefKind.DISCOUNT, item.fund, item.method, rest)
    post(
        actor=actor,
        at=at,
        site_id=charge.site_id,
        dated_on=day_in_books(charge.site_id, on),
        kind=EntryKind.CREDIT_DRAWN,
        source=f"billing.prepaid:{prepayment.pk}:{charge.pk}:{entry_id}",
        legs=legs,
        entry_id=entry_id,
    )
    day = max(prepayment.payment.received_on, min(on, charge.due_on))  # the money was there: it is not late
    clearing = settling.Clearing(charge.pk, item.fund, amount, OrderUsed.PREPAYMENT)
    settling.write(
        [clearing], payment_id=prepayment.payment_id, entry_id=entry_id, site_id=charge.site_id, on=day, at=at
    )
    if rest > 0:
        _discount(charge, rest, entry_id=entry_id, on=day, at=at)
    if day > charge.due_on:
        late_fees.post_ended(actor=actor, at=at, site_id=charge.site_id, charge_ids=[charge.pk], on=day)


def _discount(charge: Charge, amount: Decimal, *, entry_id: int, on: date, at: datetime) -> None:
    relief = Relief.objects.create(
        site_id=charge.site_id,
        charge=charge,
        kind=ReliefKind.DISCOUNT,
        amount=amount,
        reason="预交优惠",  # matter: kept in the books
        on=on,
        state=ProposalState.APPROVED,
        proposed_at=at,
        decided_at=at,
        entry_id=entry_id,
    )
    Allocation.objects.create(
        site_id=charge.site_id, charge=charge, relief=relief, amount=amount, on=on, recorded_at=at, entry_id=entry_id,
        order_used=OrderUsed.PREPAYMENT,
    )  # fmt: skip
