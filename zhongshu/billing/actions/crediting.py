"""Account credit: drawn for what is owed, or paid back by two people."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.actions.receiving import checked, past
from zhongshu.billing.engine import drawing, settling
from zhongshu.billing.errors import AlreadyDecided, NotEnough, NotNow, ReferenceUsed, SecondPersonNeeded
from zhongshu.billing.kinds import BY_ITSELF, OutflowKind, PaymentMethod
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Outflow, Refund
from zhongshu.billing.permissions import APPROVE_RELIEFS, RECEIVE, RUN_BILLS, VIEW_BILLING
from zhongshu.billing.policies.legs import HOME, MONEY
from zhongshu.billing.queries.books import day_in_books
from zhongshu.billing.queries.credit import free_credit
from zhongshu.billing.queries.debts import policy_at
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO
from zhongshu.kernel.sql import statement
from zhongshu.kernel.words import stated
from zhongshu.ledger.actions import Leg, post, reserve_entry
from zhongshu.ledger.kinds import CREDIT, EntryKind


@transaction.atomic
def draw_credit(*, actor: Actor, at: datetime, account_id: int) -> Decimal:
    """The account's credit clears what it owes, the oldest money first; what was drawn, in yuan. Raises NotFound."""
    account, today = settling.locked_account(account_id), day_of(at)
    if not (actor.may(RECEIVE, account.site_id) or actor.may(RUN_BILLS, account.site_id)):
        actor.require(RECEIVE, account.site_id)
    drawn = drawing.draw(account, policy=policy_at(account.site_id, today), actor=actor, at=at, on=today)
    if drawn:
        audit.record(actor=actor, at=at, verb="billing.draw_credit", target=account, after={"drawn": drawn})
    return drawn


@audit.unaudited("each account's drawing says it itself")
def draw_credits(*, actor: Actor, at: datetime, site_id: int) -> Decimal:
    """The same for every account of the site that has both credit and something open; each in a transaction."""
    actor.require(RUN_BILLS, site_id)
    with connection.cursor() as cursor:
        cursor.execute(statement("billing", "with_credit"), {"site_id": site_id})
        ids = [account_id for (account_id,) in cursor.fetchall()]
    return sum((draw_credit(actor=actor, at=at, account_id=account_id) for account_id in ids), ZERO)


@transaction.atomic
def refund_credit(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    amount: Decimal,
    method: PaymentMethod,
    reference: str,
    on: date,
    reason: str,
) -> Refund:
    """Ask that account credit be paid back, to whom the account is or was. `reference` is unique per site and method:
    the same again returns the first. Raises NotFound, Invalid, NotEnough, ReferenceUsed.
    """
    account = settling.locked_account(account_id)
    actor.require(RECEIVE, account.site_id)
    if method in BY_ITSELF:
        raise Invalid(_("不能退到一卡通或押金。"), field="method")
    refund = Refund(
        site_id=account.site_id,
        account=account,
        amount=checked(amount),
        method=PaymentMethod(method).value,
        reference=stated(reference, field="reference", most=80, what=_("付款凭证号")),
        reason=stated(reason, field="reason", most=300, what=_("原因")),
        on=past(on, at, field="on"),
        proposed_by_id=actor.user_id,
        proposed_at=at,
    )
    if earlier := _of_reference(refund):
        return earlier
    _check_credit(account.pk, refund.amount)
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError:
        if rival := _of_reference(refund):
            return rival
        raise
    _note(refund, "billing.refund_credit", actor=actor, at=at)
    return refund


@transaction.atomic
def approve_refund(*, actor: Actor, at: datetime, refund_id: int) -> Refund:
    """Another person agrees; then it may be paid. Raises NotFound, AlreadyDecided, SecondPersonNeeded, NotEnough."""
    refund = _decided(actor, at, refund_id, ProposalState.APPROVED)
    _check_credit(refund.account_id, refund.amount)
    refund.save()
    _note(refund, "billing.approve_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def refuse_refund(*, actor: Actor, at: datetime, refund_id: int) -> Refund:
    """Another person does not agree. Raises NotFound, AlreadyDecided, SecondPersonNeeded."""
    refund = _decided(actor, at, refund_id, ProposalState.REFUSED)
    refund.save()
    _note(refund, "billing.refuse_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def withdraw_refund(*, actor: Actor, at: datetime, refund_id: int) -> Refund:
    """Who asked for it takes it back, before it was paid. Raises NotFound, AlreadyDecided, NotNow for anybody else."""
    refund = _locked_refund(actor, refund_id)
    actor.require(RECEIVE, refund.site_id)
    if refund.proposed_by_id != actor.user_id:
        raise NotNow(_("只有申请人可以撤回。"))
    if refund.entry_id or refund.state not in (ProposalState.PROPOSED, ProposalState.APPROVED):
        raise AlreadyDecided(_("这项申请已经有了结果。"))
    refund.state, refund.decided_at = ProposalState.WITHDRAWN, at
    refund.save()
    _note(refund, "billing.withdraw_refund", actor=actor, at=at)
    return refund


@transaction.atomic
def pay_refund(*, actor: Actor, at: datetime, refund_id: int, on: date, from_drawer: bool = False) -> Refund:
    """The money leaves, from the oldest credit first; cash only `from_drawer` of a shift, which the counter holds.

    Again: the same. Raises NotFound, NotNow when it was not approved or is cash of no drawer, NotEnough when the credit
    was drawn meanwhile.
    """
    refund = _locked_refund(actor, refund_id)
    actor.require(RECEIVE, refund.site_id)
    if refund.entry_id:
        return refund
    if refund.state != ProposalState.APPROVED:
        raise NotNow(_("退款还没有批准。"))
    if refund.method == PaymentMethod.CASH and not from_drawer:
        raise NotNow(_("现金退款由收款员在柜台从自己的抽屉支付。"))
    _check_credit(refund.account_id, refund.amount)
    refund.on = past(on, at, field="on")
    _pay(refund, actor=actor, at=at)
    _note(refund, "billing.pay_refund", actor=actor, at=at)
    return refund


def _pay(refund: Refund, *, actor: Actor, at: datetime) -> None:
    entry_id, site_id = reserve_entry(), refund.site_id
    legs = [
        Leg(HOME, CREDIT, refund.amount),
        Leg(HOME, MONEY[PaymentMethod(refund.method)], -refund.amount),
    ]
    refund.entry = post(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=day_in_books(site_id, refund.on),
        kind=EntryKind.REFUND,
        source=f"billing.refund:{refund.pk}",
        legs=legs,
        memo=refund.reason,
        entry_id=entry_id,
    )
    refund.save()
    left = refund.amount
    rows = []
    for payment, free in free_credit(refund.account_id):
        amount = min(free, left)
        left -= amount
        rows.append(
            Outflow(
                site_id=site_id, payment=payment, kind=OutflowKind.REFUND, amount=amount, on=refund.on,
                recorded_at=at, reason=refund.reason, refund=refund, entry_id=entry_id,
            )
        )  # fmt: skip
    Outflow.objects.bulk_create(row for row in rows if row.amount)


def _check_credit(account_id: int, amount: Decimal) -> None:
    free = sum((free for _payment, free in free_credit(account_id)), ZERO)
    if amount > free:
        raise NotEnough(_("可退的预存款只有 %(free)s 元。") % {"free": free}, field="amount")


def _of_reference(said: Refund) -> Refund | None:
    """The refund already asked for with it. Raises ReferenceUsed when that was another one."""
    rows = Refund.objects.filter(site_id=said.site_id, method=said.method, reference=said.reference)
    earlier = rows.first()
    if earlier and (earlier.account_id, earlier.amount) != (said.account_id, said.amount):
        raise ReferenceUsed(
            _("凭证号“%(reference)s”已经用于另一笔退款。") % {"reference": said.reference}, field="reference"
        )
    return earlier


def _locked_refund(actor: Actor, refund_id: int) -> Refund:
    rows = Refund.objects.filter(pk=refund_id)
    seen = found(actor.visible(rows, VIEW_BILLING))
    settling.locked_account(seen.account_id)
    return rows.get()


def _decided(actor: Actor, at: datetime, refund_id: int, state: ProposalState) -> Refund:
    refund = _locked_refund(actor, refund_id)
    actor.require(APPROVE_RELIEFS, refund.site_id)
    if refund.state != ProposalState.PROPOSED:
        raise AlreadyDecided(_("这项申请已经有了结果。"))
    if refund.proposed_by_id is not None and refund.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("申请人不能批准自己的申请，请由另一人决定。"))
    refund.state, refund.decided_by_id, refund.decided_at = state, actor.user_id, at
    return refund


def _note(refund: Refund, verb: str, *, actor: Actor, at: datetime) -> None:
    after = audit.values(refund, ("amount", "method", "reference", "reason", "state", "on"))
    audit.record(actor=actor, at=at, verb=verb, target=refund, after=after)
