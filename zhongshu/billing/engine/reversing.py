"""A charge that was wrong counts no longer: whatever cleared it goes back, its late fees go with it."""

from collections.abc import Sequence
from datetime import date, datetime

from zhongshu.billing.engine import undoing
from zhongshu.billing.kinds import ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Allocation, Charge, Relief
from zhongshu.billing.policies.legs import charged
from zhongshu.billing.queries.books import day_in_books
from zhongshu.identity.actor import Actor
from zhongshu.ledger.actions import post, reserve_entry
from zhongshu.ledger.kinds import EntryKind
from zhongshu.ledger.policies import negated


def standing_late_fees(charge: Charge) -> list[Charge]:
    """Its late fee's charges that were not reversed, the latest first."""
    gone = Relief.objects.filter(kind=ReliefKind.REVERSAL, state=ProposalState.APPROVED).values("charge_id")
    return list(charge.late_fees.exclude(pk__in=gone).select_related("item").order_by("-period_end", "-pk"))


def reverse(charges: Sequence[Charge], *, reason: str, actor: Actor, at: datetime, on: date) -> list[Relief]:
    """With one entry. The caller has locked the account, and draws the credit that comes of it anew."""
    rows = undoing.live(Allocation.objects.filter(charge__in=charges))
    legs = undoing.legs_back(rows)
    for charge in charges:
        legs += negated(charged(charge.item.fund, charge.item.method, charge.amount, charge.vat_amount))
    entry_id, site_id = reserve_entry(), charges[0].site_id
    post(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=day_in_books(site_id, on),
        kind=EntryKind.CHARGE_REVERSAL,
        source=f"billing.reversal:{charges[0].pk}",
        legs=legs,
        memo=reason,
        entry_id=entry_id,
    )
    undoing.undo(rows, entry_id=entry_id, at=at)
    return [_reversed(charge, reason, entry_id=entry_id, actor=actor, at=at, on=on) for charge in charges]


def _reversed(charge: Charge, reason: str, *, entry_id: int, actor: Actor, at: datetime, on: date) -> Relief:
    relief = Relief.objects.create(
        site_id=charge.site_id,
        charge=charge,
        kind=ReliefKind.REVERSAL,
        amount=charge.amount,
        reason=reason,
        on=on,
        state=ProposalState.APPROVED,
        proposed_by_id=actor.user_id,
        proposed_at=at,
        decided_by_id=actor.user_id,
        decided_at=at,
        entry_id=entry_id,
    )
    Allocation.objects.create(
        site_id=charge.site_id, charge=charge, relief=relief, amount=charge.amount, on=on, recorded_at=at,
        entry_id=entry_id,
    )  # fmt: skip
    return relief
