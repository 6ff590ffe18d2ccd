"""Charges cleared without money: reversed as wrong; waived, discounted or written off by two people."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions.receiving import checked
from zhongshu.billing.engine import drawing, late_fees, reversing, settling
from zhongshu.billing.errors import AlreadyDecided, NotEnough, NotNow, SecondPersonNeeded
from zhongshu.billing.events import ChargeReversed
from zhongshu.billing.kinds import ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Allocation, Charge, Relief
from zhongshu.billing.permissions import APPROVE_RELIEFS, RELIEVE, VIEW_BILLING
from zhongshu.billing.policies.legs import relieved
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.debts import policy_at
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short, stated
from zhongshu.ledger.actions import post
from zhongshu.ledger.kinds import EntryKind

BY_PROPOSAL = (ReliefKind.WAIVER, ReliefKind.DISCOUNT, ReliefKind.WRITE_OFF)


@transaction.atomic
def reverse_charge(*, actor: Actor, at: datetime, charge_id: int, reason: str) -> Relief:
    """The whole charge was wrong, with its late fees. Money that had cleared them goes back to credit and is drawn
    anew; a run may then issue it again. Raises NotFound, Invalid, NotNow when it was reversed before, or is a late fee.
    """
    charge = locked_charge(actor, charge_id)
    actor.require(RELIEVE, charge.site_id)
    said = stated(reason, field="reason", most=300, what=_("原因"))
    if charge.late_fee_of_id:
        raise NotNow(_("违约金按账单计算，不单独冲销；可以申请减免，或冲销账单。"))
    if charge.reliefs.filter(kind=ReliefKind.REVERSAL).exists():
        raise NotNow(_("这笔账单已经冲销过。"))
    _withdraw_proposals(charge, at=at)
    today = day_of(at)
    whole = [charge, *reversing.standing_late_fees(charge)]
    relief, *_late = reversing.reverse(whole, reason=said, actor=actor, at=at, on=today)
    after = {"amount": charge.amount, "late_fees": len(_late), "reason": said}
    audit.record(actor=actor, at=at, verb="billing.reverse_charge", target=charge, after=after)
    drawing.draw(charge.account, policy=policy_at(charge.site_id, today), actor=actor, at=at, on=today)
    publish(
        ChargeReversed(
            site_id=charge.site_id,
            charge_id=charge.pk,
            account_id=charge.account_id,
            item=charge.item.code,
            period_start=charge.period_start,
            amount=str(charge.amount),
        ),
        at=at,
    )
    return relief


@transaction.atomic
def propose_relief(
    *, actor: Actor, at: datetime, charge_id: int, kind: ReliefKind, amount: Decimal, reason: str
) -> Relief:
    """Ask that so much of a charge be waived, discounted or written off. A late fee is a charge of its own once it is
    posted. Raises NotFound, Invalid, NotEnough.
    """
    charge = locked_charge(actor, charge_id)
    actor.require(RELIEVE, charge.site_id)
    if kind not in BY_PROPOSAL:
        raise Invalid(_("请选择减免、优惠或核销。"), field="kind")
    relief = Relief.objects.create(
        site_id=charge.site_id,
        charge=charge,
        kind=ReliefKind(kind),
        amount=_of_what_is_open(charge, checked(amount)),
        reason=stated(reason, field="reason", most=300, what=_("原因")),
        on=day_of(at),
        proposed_by_id=actor.user_id,
        proposed_at=at,
    )
    after = audit.values(relief, ("kind", "amount", "reason"))
    audit.record(actor=actor, at=at, verb="billing.propose_relief", target=relief, after=after)
    return relief


@transaction.atomic
def approve_relief(*, actor: Actor, at: datetime, relief_id: int, decision: str = "") -> Relief:
    """Another person agrees: so much of the charge is cleared from today. Raises NotFound, AlreadyDecided,
    SecondPersonNeeded, NotEnough when less is open by now.
    """
    relief = _decided(actor, at, relief_id, ProposalState.APPROVED, decision)
    charge, today = relief.charge, day_of(at)
    _of_what_is_open(charge, relief.amount)
    relief.on = today
    relief.entry = post(
        actor=actor,
        at=at,
        site_id=relief.site_id,
        dated_on=day_in_books(relief.site_id, today),
        kind=EntryKind.WRITE_OFF if relief.kind == ReliefKind.WRITE_OFF else EntryKind.RELIEF,
        source=f"billing.relief:{relief.pk}",
        legs=relieved(relief.kind, charge.item.fund, charge.item.method, relief.amount),
        memo=relief.reason,
    )
    relief.save()
    Allocation.objects.create(
        site_id=relief.site_id, charge=charge, relief=relief, amount=relief.amount, on=today, recorded_at=at,
        entry=relief.entry,
    )  # fmt: skip
    late_fees.post_ended(actor=actor, at=at, site_id=relief.site_id, charge_ids=[charge.pk], on=today)
    _note(relief, "billing.approve_relief", actor=actor, at=at)
    return relief


@transaction.atomic
def refuse_relief(*, actor: Actor, at: datetime, relief_id: int, decision: str) -> Relief:
    """Another person does not agree, and says why. Raises NotFound, Invalid, AlreadyDecided, SecondPersonNeeded."""
    said = stated(decision, field="decision", most=300, what=_("理由"))
    relief = _decided(actor, at, relief_id, ProposalState.REFUSED, said)
    relief.save()
    _note(relief, "billing.refuse_relief", actor=actor, at=at)
    return relief


@transaction.atomic
def withdraw_relief(*, actor: Actor, at: datetime, relief_id: int) -> Relief:
    """Who asked for it takes it back. Raises NotFound, AlreadyDecided, NotNow for anybody else."""
    relief = _locked_relief(actor, relief_id)
    actor.require(RELIEVE, relief.site_id)
    if relief.proposed_by_id != actor.user_id:
        raise NotNow(_("只有申请人可以撤回。"))
    relief.state, relief.decided_by_id, relief.decided_at = ProposalState.WITHDRAWN, actor.user_id, at
    relief.save()
    _note(relief, "billing.withdraw_relief", actor=actor, at=at)
    return relief


def locked_charge(actor: Actor, charge_id: int) -> Charge:
    """The charge as it is once its account is held. Raises NotFound."""
    seen = found(actor.visible(Charge.objects.filter(pk=charge_id), VIEW_BILLING))
    account = settling.locked_account(seen.account_id)
    charge = Charge.objects.select_related("item").get(pk=charge_id)
    charge.account = account
    return charge


def _locked_relief(actor: Actor, relief_id: int) -> Relief:
    rows = Relief.objects.filter(pk=relief_id)
    seen = found(rows)
    charge = locked_charge(actor, seen.charge_id)
    relief = rows.get()
    relief.charge = charge
    if relief.state != ProposalState.PROPOSED:
        raise AlreadyDecided(_("这项申请已经有了结果。"))
    return relief


def _decided(actor: Actor, at: datetime, relief_id: int, state: ProposalState, decision: str) -> Relief:
    relief = _locked_relief(actor, relief_id)
    actor.require(APPROVE_RELIEFS, relief.site_id)
    if relief.proposed_by_id is not None and relief.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("申请人不能批准自己的申请，请由另一人决定。"))
    relief.state, relief.decided_by_id, relief.decided_at = state, actor.user_id, at
    relief.decision = short(decision, field="decision", most=300, what=_("意见"))
    return relief


def _of_what_is_open(charge: Charge, amount: Decimal) -> Decimal:
    if amount > charge.open_amount:
        raise NotEnough(_("这笔账单只有 %(open)s 元未清。") % {"open": charge.open_amount}, field="amount")
    return amount


def _withdraw_proposals(charge: Charge, *, at: datetime) -> None:
    """Nobody decides any more about what was reversed."""
    charge.reliefs.filter(state=ProposalState.PROPOSED).update(state=ProposalState.WITHDRAWN, decided_at=at)


def _note(relief: Relief, verb: str, *, actor: Actor, at: datetime) -> None:
    after = audit.values(relief, ("kind", "amount", "state", "decision"))
    audit.record(actor=actor, at=at, verb=verb, target=relief, before={"state": "proposed"}, after=after)
