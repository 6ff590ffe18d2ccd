"""Account credit clears charges: what was paid ahead for a month first, then the oldest money."""

from datetime import date, datetime
from decimal import Decimal

from zhongshu.billing.engine import prepaid, settling
from zhongshu.billing.kinds import OrderUsed
from zhongshu.billing.models import BillingPolicy, Payment
from zhongshu.billing.policies.allocation import Designation, allocate
from zhongshu.billing.policies.legs import cleared
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.credit import free_credit
from zhongshu.billing.queries.debts import OpenCharge, open_charges_of
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.actions import post, reserve_entry
from zhongshu.ledger.kinds import CREDIT, EntryKind


def draw(account: Account, *, policy: BillingPolicy, actor: Actor, at: datetime, on: date) -> Decimal:
    """What was drawn, in yuan. The caller has locked the account."""
    drawn = prepaid.draw(account, actor=actor, at=at, on=on)
    for payment, free in free_credit(account.pk):
        drawn += _spend(payment, free, policy=policy, actor=actor, at=at, on=on)
    return drawn


def _spend(payment: Payment, free: Decimal, *, policy: BillingPolicy, actor: Actor, at: datetime, on: date) -> Decimal:
    site_id = payment.site_id
    owed = open_charges_of(site_id, payment.account_id, on=on, policy=policy)
    debts = [charge.debt for charge in owed if _is_for(payment, charge, on)]
    wish = Designation(item=payment.item.code) if payment.item else None
    shares = allocate(debts, free, settling.rules_of(policy, on), wish)
    if not shares:
        return ZERO
    clearings = [
        settling.Clearing(one.charge_id, one.fund, one.amount, OrderUsed.CREDIT)
        for one in settling.clearings(owed, shares, actor=actor, at=at, site_id=site_id, on=on)
    ]
    used = settling.by_fund(clearings)
    entry_id = reserve_entry()
    post(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=day_in_books(site_id, on),
        kind=EntryKind.CREDIT_DRAWN,
        source=f"billing.draw:{payment.pk}:{entry_id}",
        legs=cleared(CREDIT, used),
        entry_id=entry_id,
    )
    settling.write(clearings, payment_id=payment.pk, entry_id=entry_id, site_id=site_id, on=on, at=at)
    return sum(used.values(), ZERO)


def _is_for(payment: Payment, charge: OpenCharge, on: date) -> bool:
    """What is due, and what was billed after the money came. A bill that was there before and not yet due was passed
    over by the payer's wish."""
    return charge.due_on <= on or charge.recorded_at >= payment.recorded_at
