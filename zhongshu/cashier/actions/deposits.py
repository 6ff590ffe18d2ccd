"""Deposits given back by two people, whole or less what is deducted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing import actions as billing
from zhongshu.billing.errors import AlreadyDecided, NotEnough, SecondPersonNeeded
from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import Charge
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier.engine.drawers import move_cash, own_shift
from zhongshu.cashier.events import DepositReleased
from zhongshu.cashier.lifecycle import ReleaseState
from zhongshu.cashier.models import Deduction, DepositRelease, Shift
from zhongshu.cashier.permissions import APPROVE_RELEASE, PROPOSE_RELEASE
from zhongshu.cashier.queries.deposits import deductible_items, held
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor, system_actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT, ZERO
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import stated
from zhongshu.ledger.actions import Leg, post
from zhongshu.ledger.kinds import BANK, CASH, CLEARING, DEPOSITS, INTERFUND, EntryKind, Fund

PREFIX = "YT"
PAID_BACK_BY = (PaymentMethod.CASH, PaymentMethod.TRANSFER)


@dataclass(frozen=True, slots=True)
class Kept:
    """So much (yuan) of a deposit is kept, as a charge of the item, for the reason."""

    item_code: str
    amount: Decimal
    reason: str


@transaction.atomic
def propose_release(
    *,
    actor: Actor,
    at: datetime,
    charge_id: int,
    amount: Decimal,
    method: PaymentMethod,
    reason: str,
    reference: str = "",
    deductions: Sequence[Kept] = (),
) -> DepositRelease:
    """Ask that `amount` of a paid deposit be released: what is kept pays charges, the rest goes back by `method`.

    Raises NotFound, Invalid, NotEnough (than is held and not asked for yet).
    """
    charge = _locked_deposit(actor, charge_id)
    release = DepositRelease(
        site_id=charge.site_id,
        number=next_number(prefix=PREFIX, site_code=charge.site.code, at=at),
        charge=charge,
        amount=_yuan(amount, "amount"),
        deducted=sum((_yuan(kept.amount, "deductions") for kept in deductions), ZERO),
        method=_method(method),
        reference=reference.strip()[:80],
        reason=stated(reason, field="reason", most=300, what=_("原因")),
        proposed_by_id=actor.user_id,
        proposed_at=at,
    )
    if release.deducted > release.amount:
        raise Invalid(_("扣除的金额不能超过退还的押金。"), field="deductions")
    if release.amount > held(charge.pk, asked_for=True):
        raise NotEnough(_("押金在账金额不足，或已有待批的退还申请。"), field="amount")
    _check_items(release, deductions)
    release.save(force_insert=True)
    Deduction.objects.bulk_create(_deductions(release, deductions))
    _note(release, "cashier.propose_release", actor=actor, at=at)
    return release


def _locked_deposit(actor: Actor, charge_id: int) -> Charge:
    deposits = actor.visible(Charge.objects.filter(item__method=Method.DEPOSIT), PROPOSE_RELEASE)
    return found(deposits.select_for_update(of=("self",)).select_related("site", "item").filter(pk=charge_id))


def _yuan(amount: Decimal, field: str) -> Decimal:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise Invalid(_("金额应大于0，最多两位小数。"), field=field)
    return amount.quantize(CENT)


def _method(method: PaymentMethod) -> str:
    if method not in PAID_BACK_BY:
        raise Invalid(_("押金以现金或转账退还。"), field="method")
    return PaymentMethod(method).value


def _check_items(release: DepositRelease, deductions: Sequence[Kept]) -> None:
    """What is kept becomes charges of one-off items of the site."""
    known = {code for code, _name in deductible_items(release.site_id)}
    if not {kept.item_code for kept in deductions} <= known:
        raise Invalid(_("扣除要计入本项目的一次性收费项目。"), field="deductions")


def _deductions(release: DepositRelease, deductions: Iterable[Kept]) -> list[Deduction]:
    return [
        Deduction(
            release=release,
            item_code=kept.item_code,
            amount=kept.amount,
            reason=stated(kept.reason, field="deductions", most=300, what=_("扣除原因")),
        )
        for kept in deductions
    ]


@transaction.atomic
def approve_release(*, actor: Actor, at: datetime, release_id: int, decision: str = "") -> DepositRelease:
    """Another person agrees: what is kept is charged and paid from the deposit, the rest may be paid back.

    Raises NotFound, AlreadyDecided, SecondPersonNeeded, NotEnough (its payment was undone meanwhile).
    """
    release = _decided(actor, at, release_id, ReleaseState.APPROVED, decision)
    Account.objects.select_for_update().get(pk=release.charge.account_id)  # nothing of it is undone meanwhile
    if release.amount > held(release.charge_id):
        raise NotEnough(_("押金在账金额不足，或已有待批的退还申请。"))
    for deduction in release.deductions.all():
        _keep(release, deduction, at=at)
    if release.deducted:
        _leave(release, "kept", CLEARING, release.deducted, actor=actor, at=at)
    release.save()
    _note(release, "cashier.approve_release", actor=actor, at=at)
    publish(_told(release), at=at)
    return release


def _told(release: DepositRelease) -> DepositReleased:
    return DepositReleased(
        site_id=release.site_id,
        release_id=release.pk,
        account_id=release.charge.account_id,
        amount=str(release.amount),
        deducted=str(release.deducted),
    )


def _keep(release: DepositRelease, deduction: Deduction, *, at: datetime) -> None:
    """The program itself charges and receives: two people have said so."""
    account_id, today, itself = release.charge.account_id, day_of(at), system_actor()
    deduction.charge = billing.charge_once(
        actor=itself,
        at=at,
        account_id=account_id,
        place_id=release.charge.place_id,
        item_code=deduction.item_code,
        amount=deduction.amount,
        due_on=today,
        period_start=today,
        source_id=deduction.pk,
        detail={"deposit": release.number, "reason": deduction.reason},
    )
    deduction.payment = billing.receive(
        actor=itself,
        at=at,
        account_id=account_id,
        amount=deduction.amount,
        method=PaymentMethod.DEPOSIT,
        reference=f"{release.number}/{deduction.pk}",
        received_on=today,
        designation=Designation(charges=frozenset({deduction.charge.pk}), keeps_rest=True),
        note=deduction.reason,
    )
    deduction.save(update_fields=["charge", "payment"])


@transaction.atomic
def pay_release(*, actor: Actor, at: datetime, release_id: int, reference: str = "") -> DepositRelease:
    """The rest of an approved release is paid back: cash from the actor's own open drawer, or by transfer with its
    `reference`. Again: the same. Raises NotFound, AlreadyDecided, NoShift, NotEnoughCash, Invalid.
    """
    release = _locked_release(actor, release_id)
    actor.require(PROPOSE_RELEASE, release.site_id)
    if release.entry_id:
        return release
    if release.state != ReleaseState.APPROVED or release.amount == release.deducted:
        raise AlreadyDecided(_("这笔押金没有批准退款，或没有余额可退。"))
    rest = release.amount - release.deducted
    if release.method == PaymentMethod.CASH:
        release.shift = _paid_from_drawer(actor, release.site_id, rest)
    else:
        release.reference = stated(reference or release.reference, field="reference", most=80, what=_("凭证号"))
    code = CASH if release.method == PaymentMethod.CASH else BANK
    release.entry_id = _leave(release, "paid", code, rest, actor=actor, at=at)
    release.save()
    _note(release, "cashier.pay_release", actor=actor, at=at)
    return release


def _paid_from_drawer(actor: Actor, site_id: int, amount: Decimal) -> Shift:
    shift = own_shift(actor, site_id)
    move_cash(shift, -amount)
    return shift


def _leave(release: DepositRelease, what: str, code: str, amount: Decimal, *, actor: Actor, at: datetime) -> int:
    """So much leaves the deposits through an account of the operating fund; the key of the entry."""
    entry = post(
        actor=actor,
        at=at,
        site_id=release.site_id,
        dated_on=day_of(at),
        kind=EntryKind.DEPOSIT,
        source=f"cashier.release:{release.pk}:{what}",
        legs=[
            Leg(Fund.DEPOSITS, DEPOSITS, amount),
            Leg(Fund.DEPOSITS, INTERFUND, -amount),
            Leg(Fund.OPERATING, INTERFUND, amount),
            Leg(Fund.OPERATING, code, -amount),
        ],
        memo=release.number,
    )
    return int(entry.pk)


@transaction.atomic
def refuse_release(*, actor: Actor, at: datetime, release_id: int, decision: str) -> DepositRelease:
    """Another person does not agree. Raises NotFound, AlreadyDecided, SecondPersonNeeded, Invalid."""
    said = stated(decision, field="decision", most=300, what=_("原因"))
    release = _decided(actor, at, release_id, ReleaseState.REFUSED, said)
    release.save()
    _note(release, "cashier.refuse_release", actor=actor, at=at)
    return release


@transaction.atomic
def withdraw_release(*, actor: Actor, at: datetime, release_id: int) -> DepositRelease:
    """Who asked takes it back while nobody has decided. Raises NotFound, AlreadyDecided."""
    release = _locked_release(actor, release_id)
    if release.proposed_by_id != actor.user_id or release.state != ReleaseState.PROPOSED:
        raise AlreadyDecided(_("只有申请人可以在批准之前撤回。"))
    release.state, release.decided_at = ReleaseState.WITHDRAWN, at
    release.save()
    _note(release, "cashier.withdraw_release", actor=actor, at=at)
    return release


def _locked_release(actor: Actor, release_id: int) -> DepositRelease:
    visible = actor.visible(DepositRelease.objects.select_for_update(of=("self",)), PROPOSE_RELEASE)
    if actor.may(APPROVE_RELEASE):
        visible = actor.visible(DepositRelease.objects.select_for_update(of=("self",)), APPROVE_RELEASE)
    return found(visible.select_related("charge").filter(pk=release_id))


def _decided(actor: Actor, at: datetime, release_id: int, state: ReleaseState, decision: str) -> DepositRelease:
    release = _locked_release(actor, release_id)
    actor.require(APPROVE_RELEASE, release.site_id)
    if release.state != ReleaseState.PROPOSED:
        raise AlreadyDecided(_("这项申请已经有了结果。"))
    if release.proposed_by_id == actor.user_id:
        raise SecondPersonNeeded(_("申请人不能自己批准，请由另一位负责人处理。"))
    release.state, release.decided_at, release.decided_by_id = state, at, actor.user_id
    release.decision = decision.strip()[:300]
    return release


def _note(release: DepositRelease, verb: str, *, actor: Actor, at: datetime) -> None:
    after = audit.values(release, ("number", "amount", "deducted", "method", "state", "reason"))
    audit.record(actor=actor, at=at, verb=verb, target=release, after=after)
