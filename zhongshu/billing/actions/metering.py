"""Meters: fitted, replaced, taken off; read, and a reading taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from zhongshu.billing.engine.issuing import wait_for_others
from zhongshu.billing.errors import Implausible, NotNow, NumberUsed, PeriodCharged, ReadingExists
from zhongshu.billing.kinds import Method, ReadingSource
from zhongshu.billing.models import ChargeItem, Meter, Reading
from zhongshu.billing.permissions import MANAGE_METERS, READ_METERS
from zhongshu.billing.policies.metering import Doubt, Usage, doubt, usage
from zhongshu.billing.queries.items import item_by_code
from zhongshu.billing.queries.meters import Last, is_charged, last_of
from zhongshu.estate.queries import place_by_code
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.words import short, stated
from zhongshu.work.pictures import Readable, as_jpeg
from zhongshu.work.pictures import read as read_photo

MOST_DIGITS: Final = 8
FINEST: Final = Decimal("0.001")
MOST_USAGE: Final = Decimal(10) ** 8
_DIAL: Final = ("number", "digits", "multiplier", "starts_on", "start_value")


@dataclass(frozen=True, slots=True)
class Dial:
    """What is written on a meter: its number, how many whole digits it shows, what its count is multiplied by."""

    number: str
    digits: int = 5
    multiplier: Decimal = Decimal(1)
    start_value: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a meter showed on a day, and how that is known."""

    read_on: date
    value: Decimal
    source: str = ReadingSource.PAGE
    note: str = ""
    photo: Readable | None = None
    is_sure: bool = False


@transaction.atomic
def add_meter(
    *, actor: Actor, at: datetime, site_id: int, place_code: str, item_code: str, starts_on: date, dial: Dial
) -> Meter:
    """A meter is fitted at a place, for an item charged by meters. Raises NotFound, Invalid, NumberUsed."""
    actor.require(MANAGE_METERS, site_id)
    place, item = place_by_code(site_id, place_code, field="place_code"), item_by_code(site_id, item_code)
    check_metered(item)
    check_dial(dial)
    meter = _fitted(Meter(site_id=site_id, place=place, item=item, starts_on=past(starts_on, at)), dial)
    _tell(actor, at, "add_meter", meter, _DIAL)
    return meter


def check_metered(item: ChargeItem) -> None:
    """Raises Invalid."""
    if item.method != Method.METERED:
        raise Invalid(_("“%(item)s”不是按表计量的收费项目。") % {"item": item.name}, field="item_code")


def check_dial(dial: Dial) -> None:
    """Raises Invalid."""
    if not 1 <= dial.digits <= MOST_DIGITS:
        raise Invalid(_("表盘整数位数应是 1 到 %(most)s。") % {"most": MOST_DIGITS}, field="digits")
    if not 0 < dial.multiplier < 100_000:
        raise Invalid(_("倍率应大于 0，小于 100000。"), field="multiplier")
    check_value(dial.start_value, dial.digits, field="start_value")


def check_value(value: Decimal, digits: int, *, field: str = "value") -> None:
    """Raises Invalid for what a meter of so many digits cannot show."""
    if not value.is_finite() or not 0 <= value < Decimal(10) ** digits:
        words = {"most": 10**digits - 1}
        raise Invalid(_("读数应在 0 到 %(most)s 之间。") % words, field=field)
    if value != value.quantize(FINEST):
        raise Invalid(_("读数最多三位小数。"), field=field)


def past(day: date, at: datetime, *, field: str = "starts_on") -> date:
    """Raises Invalid for a day that has not come."""
    if day > day_of(at):
        raise Invalid(_("日期不能晚于今天。"), field=field)
    return day


def _fitted(meter: Meter, dial: Dial) -> Meter:
    meter.number = stated(dial.number, field="number", most=40, what=_("表号"))
    meter.digits, meter.multiplier, meter.start_value = dial.digits, dial.multiplier, dial.start_value
    try:
        with transaction.atomic():
            meter.save()
    except IntegrityError as error:
        sentence = _("表号“%(number)s”已经有了。")
        raise NumberUsed(sentence % {"number": meter.number}, field="number") from error
    return meter


@transaction.atomic
def replace_meter(*, actor: Actor, at: datetime, meter_id: int, shown: Shown, dial: Dial) -> Meter:
    """The old meter is read a last time and taken off; the new one counts from that day. Returns the new one.

    Raises NotFound, NotNow, NumberUsed, and what `take_reading` raises.
    """
    old = _locked(actor, meter_id, MANAGE_METERS)
    check_dial(dial)
    _close(old, shown, actor=actor, at=at)
    facts = {"site_id": old.site_id, "place_id": old.place_id, "item_id": old.item_id}
    meter = _fitted(Meter(**facts, starts_on=shown.read_on, replaces=old), dial)
    _tell(actor, at, "replace_meter", meter, (*_DIAL, "replaces_id"))
    return meter


@transaction.atomic
def remove_meter(*, actor: Actor, at: datetime, meter_id: int, shown: Shown) -> Meter:
    """The meter is read a last time and taken off. Raises NotFound, NotNow, and what `take_reading` raises."""
    meter = _locked(actor, meter_id, MANAGE_METERS)
    _close(meter, shown, actor=actor, at=at)
    _tell(actor, at, "remove_meter", meter, ("ends_on", "end_value"))
    return meter


def _close(meter: Meter, shown: Shown, *, actor: Actor, at: datetime) -> None:
    _read(meter, shown, actor=actor, at=at)
    meter.ends_on, meter.end_value = shown.read_on, shown.value
    meter.save(update_fields=["ends_on", "end_value"])


@transaction.atomic
def take_reading(*, actor: Actor, at: datetime, meter_id: int, shown: Shown) -> Reading:
    """What the meter showed on a day; the usage since the reading before is kept with it.

    The same again (day and value) returns the first. What is rather a slip is asked about (Implausible) unless
    `shown.is_sure`. Raises NotFound, Invalid, NotNow, ReadingExists, PeriodCharged, PhotoRefused.
    """
    return _read(_locked(actor, meter_id, READ_METERS), shown, actor=actor, at=at)


def _locked(actor: Actor, meter_id: int, right: Right) -> Meter:
    meter = Meter.objects.select_for_update(of=("self",)).select_related("item", "place").filter(pk=meter_id).first()
    if meter is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    actor.require(right, meter.site_id)
    return meter


def _read(meter: Meter, shown: Shown, *, actor: Actor, at: datetime) -> Reading:
    last = last_of(meter)
    if last.reading_id is not None and (last.read_on, last.value) == (shown.read_on, shown.value):
        return Reading.objects.get(pk=last.reading_id)
    found = checked(meter, last, shown, at=at)
    wait_for_others(meter.item)
    if is_charged(meter, shown.read_on):
        sentence = _("%(day)s 所在的账期已经出账，请改日期，或先冲销账单。")
        raise PeriodCharged(sentence % {"day": shown.read_on}, field="read_on")
    reading = reading_of(meter, shown, found, actor=actor, at=at)
    if shown.photo is not None:
        reading.photo.save(f"{meter.pk}.jpg", ContentFile(as_jpeg(read_photo(shown.photo))), save=False)
    reading.save()
    _tell(actor, at, "take_reading", reading, ("meter_id", "read_on", "value", "usage", "has_rolled_over", "source"))
    return reading


def checked(meter: Meter, last: Last, shown: Shown, *, at: datetime) -> Usage:
    """The usage, if the reading can be and is believed. Raises Invalid, NotNow, ReadingExists, Implausible."""
    _check_fitted(meter)
    check_value(shown.value, meter.digits)
    past(shown.read_on, at, field="read_on")
    if shown.read_on < last.read_on or (last.reading_id is not None and shown.read_on == last.read_on):
        words = {"day": last.read_on, "value": f"{last.value.normalize():f}"}
        sentence = _("%(day)s 已经抄过（%(value)s），新的读数要在那之后；抄错的请先撤销。")
        raise ReadingExists(sentence % words, field="read_on")
    found = usage(last.value, shown.value, digits=meter.digits, multiplier=meter.multiplier)
    if found.amount >= MOST_USAGE:
        raise Invalid(_("用量太大，请核对读数和倍率。"), field="value")
    days = (shown.read_on - last.read_on).days
    asked = doubt(found, digits=meter.digits, multiplier=meter.multiplier, days=days, daily=last.daily)
    if asked and not shown.is_sure:
        raise Implausible(_question(asked, last, found), field="value")
    return found


def _check_fitted(meter: Meter) -> None:
    if meter.ends_on is not None:
        raise NotNow(_("%(number)s 已在 %(day)s 拆下。") % {"number": meter.number, "day": meter.ends_on})


def _question(asked: Doubt, last: Last, found: Usage) -> str:
    words = {"before": f"{last.value.normalize():f}", "usage": f"{found.amount.normalize():f}"}
    if asked == Doubt.ROLLED_FAR:
        return _("读数比上次（%(before)s）小，若是过零则用了 %(usage)s，请核对；确实如此请勾选“确认无误”。") % words
    return _("上次 %(before)s，这次用了 %(usage)s，是平常的三倍以上，请核对；确实如此请勾选“确认无误”。") % words


def reading_of(meter: Meter, shown: Shown, found: Usage, *, actor: Actor, at: datetime) -> Reading:
    """The row, not yet saved."""
    return Reading(
        site_id=meter.site_id,
        meter=meter,
        read_on=shown.read_on,
        value=shown.value,
        usage=found.amount,
        has_rolled_over=found.has_rolled_over,
        source=ReadingSource(shown.source).value,
        note=short(shown.note, field="note", most=200, what=_("备注")),
        by_id=actor.user_id,
        at=at,
    )


@transaction.atomic
def reverse_reading(*, actor: Actor, at: datetime, reading_id: int, reason: str) -> Reading:
    """A wrong reading counts no longer; the meter can be read anew. Only the last one, and before it is charged.

    Raises NotFound, Invalid, NotNow, PeriodCharged.
    """
    meter_id = Reading.objects.filter(pk=reading_id).values_list("meter_id", flat=True).first()
    meter = _locked(actor, meter_id or 0, MANAGE_METERS)
    wait_for_others(meter.item)
    if last_of(meter).reading_id != reading_id:
        raise NotNow(_("只能撤销这只表最后一次有效的抄表。"))
    _check_fitted(meter)
    reading = Reading.objects.get(pk=reading_id)
    if is_charged(meter, reading.read_on):
        raise PeriodCharged(_("这次抄表已经出账，请先冲销账单。"))
    reading.reversed_at, reading.reversed_by_id = at, actor.user_id
    reading.reversal_reason = stated(reason, field="reason", most=200, what=_("原因"))
    reading.save(update_fields=["reversed_at", "reversed_by", "reversal_reason"])
    _tell(actor, at, "reverse_reading", reading, ("meter_id", "read_on", "value", "reversal_reason"))
    return reading


def _tell(actor: Actor, at: datetime, verb: str, target: Meter | Reading, fields: tuple[str, ...]) -> None:
    audit.record(actor=actor, at=at, verb=f"billing.{verb}", target=target, after=audit.values(target, fields))
