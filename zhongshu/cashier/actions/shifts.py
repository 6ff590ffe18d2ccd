"""A shift: opened, counted, taken up again."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.kinds import PaymentMethod
from zhongshu.billing.permissions import RECEIVE
from zhongshu.cashier.engine.drawers import alone_with_days, locked_shift, move_cash, require_open_day, stand_in_of
from zhongshu.cashier.errors import DifferenceUnexplained, ShiftBusy
from zhongshu.cashier.events import ShiftCounted
from zhongshu.cashier.kinds import CashGoes
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import Handover, Shift, ShiftCount
from zhongshu.cashier.permissions import COUNTER
from zhongshu.cashier.policies.counting import worth
from zhongshu.cashier.queries.shifts import sums_of
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site, User
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.money import CENT, ZERO
from zhongshu.kernel.numbers import next_number
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short
from zhongshu.ledger.actions import Leg, post
from zhongshu.ledger.kinds import CASH, OTHER_INCOME, EntryKind, Fund
from zhongshu.ledger.models import Entry

PREFIX = "SB"


@transaction.atomic
def open_shift(
    *, actor: Actor, at: datetime, site_id: int, opening_cash: Decimal = ZERO, follows_id: int | None = None
) -> Shift:
    """Begin to receive money, as a cashier or a stand-in; with the cash that lies in the drawer, left there by the
    shift that is named. The one already open is returned. Raises NotFound, Invalid, ShiftBusy.
    """
    stand_in = None if actor.may(RECEIVE, site_id) else stand_in_of(actor, site_id, at)
    actor.require(COUNTER if stand_in else RECEIVE, site_id)
    alone_with_days(site_id)
    require_open_day(site_id, day_of(at))
    if earlier := _not_closed(actor, site_id):
        return earlier
    cashier = found(User.objects.filter(pk=actor.user_id or 0))
    left = _left_there(site_id, follows_id)
    if opening_cash != left:
        raise Invalid(_("备用金应为上一班留下的 %(left)s 元，请先清点。") % {"left": left}, field="opening_cash")
    shift = Shift(
        site_id=site_id, cashier=cashier, stand_in=stand_in, opened_at=at, opening_cash=left, cash=left,
        follows_id=follows_id, number=next_number(prefix=PREFIX, site_code=Site.objects.get(pk=site_id).code, at=at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError:
        if rival := _not_closed(actor, site_id):
            return rival
        raise ShiftBusy(_("这些备用金已被另一班领走。")) from None
    after = audit.values(shift, ("number", "opening_cash", "follows_id"))
    audit.record(actor=actor, at=at, verb="cashier.open_shift", target=shift, after=after)
    return shift


def _not_closed(actor: Actor, site_id: int) -> Shift | None:
    shifts = Shift.objects.exclude(state=ShiftState.CLOSED)
    return shifts.filter(site_id=site_id, cashier_id=actor.user_id).first()


def _left_there(site_id: int, follows_id: int | None) -> Decimal:
    if follows_id is None:
        return ZERO
    left = Handover.objects.filter(site_id=site_id, shift_id=follows_id, goes=CashGoes.DRAWER)
    amount: Decimal = found(left.filter(shift__followed_by__isnull=True)).amount
    return amount


@transaction.atomic
def count_shift(
    *,
    actor: Actor,
    at: datetime,
    shift_id: int,
    notes: Mapping[str, int],
    slips: Mapping[str, Decimal] | None = None,
    reason: str = "",
) -> ShiftCount:
    """What is found in the drawer (pieces by denomination) and on the slips (yuan by other method) at the end; no more
    money is taken in this shift, unless it is taken up again. Cash too much or too little is explained and booked.

    Counted again, the last count holds. Raises NotFound, ShiftBusy, Invalid, DifferenceUnexplained.
    """
    shift = locked_shift(actor, shift_id, ShiftState.OPEN, ShiftState.COUNTED)
    counted = _worth(notes)
    lines = _lines(shift, counted, slips or {})
    difference = counted - shift.cash
    said = short(reason, field="reason", most=300, what=_("原因"))
    if not said and any(line["expected"] != line["counted"] for line in lines.values()):
        raise DifferenceUnexplained(_("清点与应有金额不符，请说明原因。"), field="reason")
    count = ShiftCount(
        site_id=shift.site_id, shift=shift, at=at, by_id=actor.user_id, notes=dict(notes), lines=lines,
        expected=shift.cash, counted=counted, difference=difference, reason=said,
    )  # fmt: skip
    count.entry = _booked(shift, difference, said, actor=actor, at=at)
    count.save(force_insert=True)
    move_cash(shift, difference)
    shift.state = ShiftState.COUNTED
    shift.save(update_fields=["state"])
    after = audit.values(count, ("expected", "counted", "difference", "reason"))
    audit.record(actor=actor, at=at, verb="cashier.count_shift", target=shift, after=after)
    publish(ShiftCounted(site_id=shift.site_id, shift_id=shift.pk, difference=str(difference)), at=at)
    return count


def _worth(notes: Mapping[str, int]) -> Decimal:
    try:
        return worth(notes)
    except ValueError:
        raise Invalid(_("没有这种面额，或张数不对。"), field="notes") from None


def _lines(shift: Shift, counted: Decimal, slips: Mapping[str, Decimal]) -> dict[str, dict[str, str | int]]:
    sums = sums_of(shift)
    _cash, pieces = sums.pop(PaymentMethod.CASH, (ZERO, 0))
    lines: dict[str, dict[str, str | int]] = {
        method: {"expected": str(yuan), "counted": str(slips.get(method, ZERO).quantize(CENT)), "count": count}
        for method, (yuan, count) in sums.items()
    }
    return {PaymentMethod.CASH: {"expected": str(shift.cash), "counted": str(counted), "count": pieces}, **lines}


def _booked(shift: Shift, difference: Decimal, reason: str, *, actor: Actor, at: datetime) -> Entry | None:
    if not difference:
        return None
    return post(
        actor=actor,
        at=at,
        site_id=shift.site_id,
        dated_on=day_of(at),
        kind=EntryKind.CASH_COUNT,
        source=f"cashier.count:{shift.pk}:{shift.counts.count() + 1}",
        legs=[Leg(Fund.OPERATING, CASH, difference), Leg(Fund.OPERATING, OTHER_INCOME, -difference)],
        memo=reason,
    )


@transaction.atomic
def resume_shift(*, actor: Actor, at: datetime, shift_id: int) -> Shift:
    """Counted too early: money is taken again, and counted again later. Raises NotFound, ShiftBusy."""
    shift = locked_shift(actor, shift_id, ShiftState.COUNTED)
    if shift.handovers.filter(refused_at__isnull=True).exists():
        raise ShiftBusy(_("现金已经交出，不能再继续收款。"))
    require_open_day(shift.site_id, day_of(at))
    shift.state = ShiftState.OPEN
    shift.save(update_fields=["state"])
    audit.record(actor=actor, at=at, verb="cashier.resume_shift", target=shift, after={"state": shift.state})
    return shift
