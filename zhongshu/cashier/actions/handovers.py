"""The cash of a counted shift goes somewhere, and is somebody's all the way."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.engine.drawers import alone_with_days, locked_shift, move_cash
from zhongshu.cashier.errors import ShiftBusy
from zhongshu.cashier.events import ShiftEnded
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Handover, Shift
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import grants_in_force
from zhongshu.identity.roles import STAFF
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT, ZERO
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import stated
from zhongshu.ledger.actions import Leg, post
from zhongshu.ledger.kinds import BANK, CASH, EntryKind, Fund
from zhongshu.ledger.models import Entry


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    at: datetime,
    shift_id: int,
    goes: CashGoes,
    amount: Decimal,
    to_id: int | None = None,
    reference: str = "",
) -> Handover:
    """Where cash of a counted shift goes: to the bank (`reference` of the slip), to a colleague (theirs once they
    accept), or left in the drawer for the next shift (once). The shift ends when none is left; one without any cash
    ends by leaving nothing in the drawer.

    Raises NotFound, ShiftBusy, Invalid, NotEnoughCash.
    """
    shift = locked_shift(actor, shift_id, ShiftState.COUNTED)
    handover = Handover(site_id=shift.site_id, shift=shift, goes=CashGoes(goes), amount=amount, at=at)
    _check(handover)
    if goes == CashGoes.COLLEAGUE:
        handover.to = _colleague(shift, to_id, at)
    if goes == CashGoes.BANK:
        _bank(handover, reference, actor=actor, at=at, source=f"cashier.banked:{shift.pk}")
    move_cash(shift, -amount)
    handover.save(force_insert=True)
    _end_if_empty(shift, at)
    after = audit.values(handover, ("goes", "amount", "to_id", "reference"))
    audit.record(actor=actor, at=at, verb="cashier.hand_over", target=handover, after=after)
    return handover


def _check(handover: Handover) -> None:
    is_ending = handover.goes == CashGoes.DRAWER and not handover.shift.cash
    least = ZERO if is_ending else CENT
    if handover.amount < least or handover.amount != handover.amount.quantize(CENT):
        raise Invalid(_("请填写交出的金额。"), field="amount")
    if handover.goes == CashGoes.DRAWER and handover.shift.handovers.filter(goes=CashGoes.DRAWER).exists():
        raise Invalid(_("这一班已经给下一班留过备用金。"), field="goes")


def _colleague(shift: Shift, to_id: int | None, at: datetime) -> User:
    if to_id is None or to_id == shift.cashier_id:
        raise Invalid(_("请选择接收现金的同事。"), field="to_id")
    user = found(User.objects.filter(pk=to_id, is_active=True))
    held = grants_in_force(user, at=at)
    if not any(grant.role in STAFF and grant.site_id in (None, shift.site_id) for grant in held):
        raise Invalid(_("只能交接给本项目的在职员工。"), field="to_id")
    return user


def _bank(handover: Handover, reference: str, *, actor: Actor, at: datetime, source: str) -> None:
    handover.reference = stated(reference, field="reference", most=80, what=_("存款回单号"))
    handover.banked_at = at
    handover.entry = _banked(handover, actor=actor, at=at, source=f"{source}:{handover.reference}")


def _banked(handover: Handover, *, actor: Actor, at: datetime, source: str) -> Entry:
    return post(
        actor=actor,
        at=at,
        site_id=handover.site_id,
        dated_on=day_of(at),
        kind=EntryKind.SETTLEMENT,
        source=source,
        legs=[Leg(Fund.OPERATING, BANK, handover.amount), Leg(Fund.OPERATING, CASH, -handover.amount)],
        memo=handover.reference,
    )


def _end_if_empty(shift: Shift, at: datetime) -> None:
    waiting = shift.handovers.filter(goes=CashGoes.COLLEAGUE, accepted_at__isnull=True, refused_at__isnull=True)
    if shift.state == ShiftState.COUNTED and not shift.cash and not waiting.exists():
        shift.state, shift.closed_at = ShiftState.CLOSED, at
        shift.save(update_fields=["state", "closed_at"])
        publish(ShiftEnded(site_id=shift.site_id, shift_id=shift.pk), at=at)


@transaction.atomic
def accept_handover(*, actor: Actor, at: datetime, handover_id: int) -> Handover:
    """The colleague has the cash and answers for it: it goes into the drawer of their own shift, or else they hold it
    until they bank it. Raises NotFound, ShiftBusy.
    """
    handover = _waiting(actor, handover_id)
    giver, own = _held_shifts(handover, actor)
    handover.accepted_at, handover.into = at, own
    handover.save(update_fields=["accepted_at", "into"])
    if own:
        move_cash(own, handover.amount)
    _end_if_empty(giver, at)
    after = {"amount": handover.amount, "into": own.number if own else None}
    audit.record(actor=actor, at=at, verb="cashier.accept_handover", target=handover, after=after)
    return handover


def _held_shifts(handover: Handover, actor: Actor) -> tuple[Shift, Shift | None]:
    """The shift it comes from and the actor's own that is not over, locked in the order of their keys."""
    own = Shift.objects.exclude(state=ShiftState.CLOSED).filter(site_id=handover.site_id, cashier_id=actor.user_id)
    keys = [handover.shift_id, *own.values_list("pk", flat=True)]
    held = {shift.pk: shift for shift in Shift.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    giver = held.pop(handover.shift_id)
    return giver, next((shift for shift in held.values() if shift.state != ShiftState.CLOSED), None)


@transaction.atomic
def bank_handover(*, actor: Actor, at: datetime, handover_id: int, reference: str) -> Handover:
    """Whoever holds accepted cash took it to the bank; `reference` is the number of the slip. Raises NotFound,
    ShiftBusy, Invalid.
    """
    handover = _own(actor, handover_id)
    alone_with_days(handover.site_id)
    if not handover.accepted_at or handover.into_id or handover.banked_at:
        raise ShiftBusy(_("这笔现金不在您手里。"))
    _bank(handover, reference, actor=actor, at=at, source=f"cashier.held:{handover.pk}")
    handover.save(update_fields=["reference", "banked_at", "entry"])
    after = {"amount": handover.amount, "reference": handover.reference}
    audit.record(actor=actor, at=at, verb="cashier.bank_handover", target=handover, after=after)
    return handover


@transaction.atomic
def refuse_handover(*, actor: Actor, at: datetime, handover_id: int, reason: str) -> Handover:
    """The colleague does not have it, or not that much: it is the cashier's again. Raises NotFound, ShiftBusy."""
    handover = _waiting(actor, handover_id)
    handover.refused_at = at
    handover.reason = stated(reason, field="reason", most=300, what=_("原因"))
    handover.save(update_fields=["refused_at", "reason"])
    move_cash(Shift.objects.select_for_update().get(pk=handover.shift_id), handover.amount)
    after = {"reason": handover.reason}
    audit.record(actor=actor, at=at, verb="cashier.refuse_handover", target=handover, after=after)
    return handover


def _waiting(actor: Actor, handover_id: int) -> Handover:
    handover = _own(actor, handover_id)
    if handover.accepted_at or handover.refused_at:
        raise ShiftBusy(_("这笔交接已经处理过了。"))
    return handover


def _own(actor: Actor, handover_id: int) -> Handover:
    return found(Handover.objects.select_for_update().filter(pk=handover_id, to_id=actor.user_id or 0))
