"""A day of the counter is closed."""

from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.cashier.errors import DayClosed, ShiftBusy
from zhongshu.cashier.lifecycle import ShiftState
from zhongshu.cashier.models import DailyClose, Shift
from zhongshu.cashier.permissions import CLOSE_DAY
from zhongshu.cashier.queries.days import taken_on
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.errors import Invalid


@transaction.atomic
def close_day(*, actor: Actor, at: datetime, site_id: int, day: date) -> DailyClose:
    """No more money at the counter with this date or an earlier one. Again: the close that is there.

    Raises NotFound, Invalid (a day to come), DayClosed (a later day is closed), ShiftBusy (a shift goes on).
    """
    actor.require(CLOSE_DAY, site_id)
    if day > day_of(at):
        raise Invalid(_("不能提前日结。"), field="day")
    if earlier := DailyClose.objects.filter(site_id=site_id, day=day).first():
        return earlier
    if later := DailyClose.objects.filter(site_id=site_id, day__gt=day).order_by("day").first():
        raise DayClosed(_("%(day)s 已经日结，不能再结更早的一天。") % {"day": later.day})
    midnight = datetime.combine(day + timedelta(days=1), time(), SITE_ZONE)
    going_on = Shift.objects.filter(site_id=site_id, opened_at__lt=midnight).exclude(state=ShiftState.CLOSED)
    if shift := going_on.select_related("cashier").first():
        what = {"number": shift.number, "name": shift.cashier.name}
        raise ShiftBusy(_("%(name)s 的班次 %(number)s 还没有交接，请先完成交接。") % what)
    close = DailyClose(site_id=site_id, day=day, totals=taken_on(site_id, day), by_id=actor.user_id, at=at)
    try:
        with transaction.atomic():
            close.save(force_insert=True)
    except IntegrityError:
        return DailyClose.objects.get(site_id=site_id, day=day)
    audit.record(actor=actor, at=at, verb="cashier.close_day", target=close, after={"day": day, **close.totals})
    return close
