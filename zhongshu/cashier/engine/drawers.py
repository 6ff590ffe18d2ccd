"""A shift held while something is done with its drawer, and who may hold one."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from zhongshu.billing.permissions import RECEIVE
from zhongshu.cashier.errors import DayClosed, NoShift, NotEnoughCash, ShiftBusy
from zhongshu.cashier.lifecycle import SHIFT_LABELS, ShiftState
from zhongshu.cashier.models import DailyClose, Shift, StandIn
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force


def stand_in_of(actor: Actor, site_id: int, at: datetime) -> StandIn | None:
    """The authorisation by which somebody who is no cashier may take money that day."""
    return StandIn.objects.filter(in_force(day_of(at)), site_id=site_id, user_id=actor.user_id or 0).first()


def as_cashier(actor: Actor, shift: Shift) -> Actor:
    """A stand-in acts as a cashier of the site; the audit still knows who it was."""
    if actor.may(RECEIVE, shift.site_id) or shift.stand_in_id is None:
        return actor
    return replace(actor, grants=actor.grants | {Grant(Role.CASHIER, shift.site_id)})


def own_shift(actor: Actor, site_id: int) -> Shift:
    """The actor's open shift at the site, held until the transaction ends. Raises NoShift."""
    shift = Shift.objects.select_for_update().filter(
        site_id=site_id, cashier_id=actor.user_id, state=ShiftState.OPEN
    ).first()  # fmt: skip
    if shift is None:
        raise NoShift(_("请先开班，再收款。"))
    return shift


def locked_shift(actor: Actor, shift_id: int, *states: ShiftState) -> Shift:
    """One's own shift in one of the states, held. Raises NotFound, ShiftBusy."""
    shift = Shift.objects.select_for_update().filter(pk=shift_id, cashier_id=actor.user_id).first()
    if shift is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    if shift.state not in states:
        raise ShiftBusy(
            _("这一班的状态是“%(state)s”，不能这样操作。") % {"state": SHIFT_LABELS[ShiftState(shift.state)]}
        )
    return shift


def move_cash(shift: Shift, amount: Decimal) -> None:
    """Into the drawer, or out of it when negative. Raises NotEnoughCash."""
    if shift.cash + amount < 0:
        raise NotEnoughCash(_("抽屉里只有 %(cash)s 元现金，不够支付。") % {"cash": shift.cash}, field="amount")
    shift.cash += amount
    shift.save(update_fields=["cash"])


def require_open_day(site_id: int, day: date) -> None:
    """Raises DayClosed when the counter's books of that day, or a later one, are closed."""
    last = DailyClose.objects.filter(site_id=site_id).order_by("-day").first()
    if last and day <= last.day:
        raise DayClosed(_("%(day)s 已经日结，请用之后的日期。") % {"day": last.day}, field="received_on")
