"""A day of the counter is closed."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.engine.drawers import alone_with_days
from zhongshu.cashier.errors import DayClosed, DifferenceUnexplained, ShiftBusy
from zhongshu.cashier.events import CounterDayClosed
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import DailyClose, Shift
from zhongshu.cashier.permissions import CLOSE_DAY
from zhongshu.cashier.queries.days import figures_of
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import short


@transaction.atomic
def close_day(*, actor: Actor, at: datetime, site_id: int, day: date, note: str = "") -> DailyClose:
    """No more money at the counter with this date or an earlier one. Again: the close that is there.

    Raises NotFound, Invalid (a day to come), DayClosed (a later day is closed), ShiftBusy (a shift goes on),
    DifferenceUnexplained (the books have other cash than lies anywhere, and no `note` says why).
    """
    actor.require(CLOSE_DAY, site_id)
    alone_with_days(site_id)
    if day > day_of(at):
        raise Invalid(_("不能提前日结。"), field="day")
    if earlier := DailyClose.objects.filter(site_id=site_id, day=day).first():
        return earlier
    if later := DailyClose.objects.filter(site_id=site_id, day__gt=day).order_by("day").first():
        raise DayClosed(_("%(day)s 已经日结，不能再结更早的一天。") % {"day": later.day})
    _check_shifts(site_id, day)
    _hold_drawers(site_id)
    figures, said = figures_of(site_id, day), short(note, field="note", most=300, what=_("差额说明"))
    if figures.cash.difference and not said:
        what = {"yuan": figures.cash.difference}
        raise DifferenceUnexplained(_("现金与账面相差 %(yuan)s 元，请说明原因。") % what, field="note")
    close = DailyClose.objects.create(
        site_id=site_id, day=day, figures=figures.kept(), note=said, by_id=actor.user_id, at=at
    )
    after = {"day": day, "taken": figures.taken, "difference": figures.cash.difference, "note": said}
    audit.record(actor=actor, at=at, verb="cashier.close_day", target=close, after=after)
    publish(CounterDayClosed(site_id=site_id, day=day), at=at)
    return close


def _hold_drawers(site_id: int) -> None:
    """No drawer moves while books and drawers are compared."""
    going_on = Shift.objects.filter(site_id=site_id).exclude(state=ShiftState.CLOSED)
    list(going_on.select_for_update().order_by("pk").values_list("pk"))


def _check_shifts(site_id: int, day: date) -> None:
    midnight = datetime.combine(day + timedelta(days=1), time(), SITE_ZONE)
    going_on = Shift.objects.filter(site_id=site_id, opened_at__lt=midnight).exclude(state=ShiftState.CLOSED)
    if shift := going_on.select_related("cashier").first():
        what = {"number": shift.number, "name": shift.cashier.name}
        raise ShiftBusy(_("%(name)s 的班次 %(number)s 还没有交接，请先完成交接。") % what)
