"""A shift held while something is done with its drawer, and who may hold one."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.utils.translation import gettext as _

from zhongshu.billing.permissions import RECEIVE
from zhongshu.cashier.errors import DayClosed, NoShift, NotEnoughCash, ShiftBusy
from zhongshu.cashier.lifecycle import SHIFT_LABELS, ShiftState
from zhongshu.cashier.models import DailyClose, Shift, StandIn
from zhongshu.cashier.permissions import AUTHORISE_STAND_INS
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
    """A shift in one of the states, held: one's own, or at a site one oversees (whose cashier fell ill). Raises
    NotFound, ShiftBusy.
    """
    shift = Shift.objects.select_for_update().filter(pk=shift_id).first()
    if shift is None or (shift.cashier_id != actor.user_id and not actor.may(AUTHORISE_STAND_INS, shift.site_id)):
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


def alone_with_days(site_id: int) -> None:
    """Until the transaction ends no other shift of the site opens and no day of it is closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('cashier.days'), %s)", [site_id % 2**31])
