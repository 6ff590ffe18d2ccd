"""Money over the counter, taking it back when it was a slip, and cash paid back."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing import actions as billing
from zhongshu.billing.errors import AlreadyDecided, ReferenceUsed
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Outflow, Payment, Refund
from zhongshu.billing.permissions import RECEIVE
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier.engine.drawers import as_cashier, move_cash, own_shift, require_open_day
from zhongshu.cashier.errors import ShiftBusy
from zhongshu.cashier.kinds import AT_COUNTER
from zhongshu.cashier.lifecycle import ReleaseState, ShiftState
from zhongshu.cashier.models import CashRefund, DepositRelease, Shift, Taken
from zhongshu.cashier.permissions import VIEW_SHIFTS
from zhongshu.cashier.policies.counting import change_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO


@transaction.atomic
def take_payment(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    amount: Decimal,
    method: PaymentMethod,
    reference: str,
    tendered: Decimal | None = None,
    designation: Designation | None = None,
    payer_name: str = "",
    note: str = "",
) -> Taken:
    """Money received now in the actor's open shift. The same reference of the method again: what was taken first.

    Of cash, `tendered` (yuan) less the amount goes back as change. Raises NotFound, NoShift, DayClosed, Invalid,
    ReferenceUsed.
    """
    account = found(Account.objects.filter(pk=account_id))
    shift = own_shift(actor, account.site_id)
    _check(shift, PaymentMethod(method), amount, at)
    change = _change(method, amount, tendered)
    payment = billing.receive(
        actor=as_cashier(actor, shift),
        at=at,
        account_id=account_id,
        amount=amount,
        method=method,
        reference=reference,
        received_on=day_of(at),
        designation=designation,
        payer_name=payer_name,
        note=note,
    )
    return _taken(shift, payment, actor=actor, at=at, tendered=tendered, change=change)


@transaction.atomic
def take_prepayment(
    *,
    actor: Actor,
    at: datetime,
    account_id: int,
    place_id: int,
    item_code: str,
    starts_on: date,
    months: int,
    monthly: Decimal,
    method: PaymentMethod,
    reference: str,
    tendered: Decimal | None = None,
) -> Taken:
    """Whole months paid ahead in the actor's open shift, as `billing.actions.prepay` says. The same reference again:
    what was taken first. Raises as `take_payment`, and PeriodOverlap.
    """
    account = found(Account.objects.filter(pk=account_id))
    shift = own_shift(actor, account.site_id)
    payment = billing.prepay(
        actor=as_cashier(actor, shift),
        at=at,
        account_id=account_id,
        place_id=place_id,
        item_code=item_code,
        starts_on=starts_on,
        months=months,
        monthly=monthly,
        method=method,
        reference=reference,
        received_on=day_of(at),
    ).payment
    _check(shift, PaymentMethod(method), payment.amount, at)
    change = _change(method, payment.amount, tendered)
    return _taken(shift, payment, actor=actor, at=at, tendered=tendered, change=change)


@transaction.atomic
def pay_cash_refund(*, actor: Actor, at: datetime, refund_id: int) -> CashRefund:
    """Approved account credit goes back in cash from the actor's own open drawer. Again: the same.

    Raises NotFound, NoShift, NotEnoughCash, Invalid, and as `billing.actions.pay_refund`.
    """
    refund = found(actor.visible(Refund.objects.filter(pk=refund_id), RECEIVE))
    shift = own_shift(actor, refund.site_id)
    if refund.method != PaymentMethod.CASH:
        raise Invalid(_("这笔退款不是现金。"), field="method")
    if earlier := CashRefund.objects.filter(refund_id=refund_id).first():
        return earlier
    paid = billing.pay_refund(actor=actor, at=at, refund_id=refund_id, on=day_of(at), from_drawer=True)
    if paid.entry is None or paid.entry.recorded_at != at:  # by somebody else, or not over the counter
        raise AlreadyDecided(_("这笔退款已经付过。"))
    move_cash(shift, -paid.amount)
    made = CashRefund.objects.create(site_id=shift.site_id, shift=shift, refund=paid, at=at)
    after = {"refund": refund_id, "amount": paid.amount, "shift": shift.number}
    audit.record(actor=actor, at=at, verb="cashier.pay_cash_refund", target=made, after=after)
    return made


def _check(shift: Shift, method: PaymentMethod, amount: Decimal, at: datetime) -> None:
    if method not in AT_COUNTER:
        raise Invalid(_("柜台不能用这种方式收款。"), field="method")
    require_open_day(shift.site_id, day_of(at))
    stand_in = shift.stand_in
    if stand_in and not stand_in.starts_on <= day_of(at) < stand_in.ends_on:
        raise ShiftBusy(_("代收授权已经到期，请清点并交接。"))
    if stand_in and stand_in.most is not None and amount > stand_in.most:
        raise Invalid(_("代收每笔最多 %(most)s 元。") % {"most": stand_in.most}, field="amount")


def _change(method: PaymentMethod, amount: Decimal, tendered: Decimal | None) -> Decimal:
    if tendered is None or method != PaymentMethod.CASH:
        return ZERO
    try:
        return change_of(tendered, amount)
    except ValueError:
        raise Invalid(_("实收现金少于应收金额。"), field="tendered") from None


def _taken(shift: Shift, payment: Payment, *, actor: Actor, at: datetime, **cash: Any) -> Taken:
    if earlier := Taken.objects.filter(payment=payment).select_related("shift", "payment").first():
        return earlier
    if payment.recorded_at != at:
        sentence = _("凭证号“%(reference)s”的款已在柜台之外记过（%(number)s）。")
        raise ReferenceUsed(sentence % {"reference": payment.reference, "number": payment.number}, field="reference")
    taken = Taken.objects.create(site_id=shift.site_id, shift=shift, payment=payment, **cash)
    if payment.method == PaymentMethod.CASH:
        move_cash(shift, payment.amount)
    after = {"payment": payment.number, "amount": payment.amount, "method": payment.method, "shift": shift.number}
    audit.record(actor=actor, at=at, verb="cashier.take_payment", target=taken, after=after)
    return taken


@transaction.atomic
def cancel_payment(*, actor: Actor, at: datetime, payment_id: int, reason: str) -> Outflow:
    """A slip of one's own open shift: the money goes back, the debts are open again. Later ones are finance's to undo.

    Raises NotFound, NoShift, ShiftBusy, NotEnoughCash, Invalid.
    """
    taken = found(Taken.objects.filter(payment_id=payment_id).select_related("payment"))
    shift = own_shift(actor, taken.site_id)
    if taken.shift_id != shift.pk or shift.state != ShiftState.OPEN:
        raise ShiftBusy(_("只能撤销本班自己收的款，以前的请联系财务。"))
    given_back = DepositRelease.objects.filter(charge__allocations__payment=payment_id, state=ReleaseState.APPROVED)
    if given_back.exists():
        raise ShiftBusy(_("这笔款交的押金已经批准退还，不能撤销。"))
    outflow = billing.bounce_payment(
        actor=as_cashier(actor, shift), at=at, payment_id=payment_id, on=day_of(at), reason=reason
    )
    if outflow.recorded_at == at and taken.payment.method == PaymentMethod.CASH:
        move_cash(shift, -taken.payment.amount)
    after = {"payment": taken.payment.number, "reason": reason}
    audit.record(actor=actor, at=at, verb="cashier.cancel_payment", target=taken, after=after)
    return outflow


@transaction.atomic
def print_receipt(*, actor: Actor, at: datetime, taken_id: int) -> Taken:
    """One more copy of the receipt is handed out: `printed` says which. Raises NotFound."""
    taken = found(Taken.objects.select_for_update(of=("self",)).select_related("shift", "payment").filter(pk=taken_id))
    if taken.shift.cashier_id != actor.user_id:
        actor.require(VIEW_SHIFTS, taken.site_id)
    taken.printed += 1
    taken.save(update_fields=["printed"])
    after = {"payment": taken.payment.number, "copy": taken.printed}
    audit.record(actor=actor, at=at, verb="cashier.print_receipt", target=taken, after=after)
    return taken
