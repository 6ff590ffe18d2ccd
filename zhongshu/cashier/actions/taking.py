"""Money over the counter, and taking it back when it was a slip."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.billing import actions as billing
from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.models import Outflow, Payment
from zhongshu.billing.policies.allocation import Designation
from zhongshu.cashier.engine.drawers import as_cashier, move_cash, own_shift, require_open_day
from zhongshu.cashier.errors import ShiftBusy
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Shift, Taken
from zhongshu.cashier.policies.counting import change_of
from zhongshu.estate.models import Account
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import ZERO

AT_COUNTER = (PaymentMethod.CASH, PaymentMethod.POS, PaymentMethod.TRANSFER, PaymentMethod.OTHER)


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
    outflow = billing.bounce_payment(
        actor=as_cashier(actor, shift), at=at, payment_id=payment_id, on=day_of(at), reason=reason
    )
    if outflow.recorded_at == at and taken.payment.method == PaymentMethod.CASH:
        move_cash(shift, -taken.payment.amount)
    after = {"payment": taken.payment.number, "reason": reason}
    audit.record(actor=actor, at=at, verb="cashier.cancel_payment", target=taken, after=after)
    return outflow
