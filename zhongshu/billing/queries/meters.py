"""Meters, and what they showed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.billing.models import Charge, Meter, Reading
from zhongshu.billing.permissions import READ_METERS
from zhongshu.billing.policies.cycles import cycle_around
from zhongshu.billing.queries.items import standing
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound

_COMPARED = timedelta(days=400)
"""How far back usage is compared: a year, so that every season is in it."""


@dataclass(frozen=True, slots=True)
class Last:
    """Where a meter stood last: a reading, or the value it was fitted with.

    `daily`: what a day used in the year before, None while there is nothing to compare.
    """

    read_on: date
    value: Decimal
    reading_id: int | None
    daily: Decimal | None


def meters_listed(site_id: int, text: str = "", *, is_fitted: bool = True) -> "QuerySet[Meter]":
    """By place; those whose number, place or item has the text in it."""
    rows = (
        Meter.objects.filter(site_id=site_id).select_related("place", "item").order_by("place__path_as_counted", "pk")
    )
    rows = rows.filter(ends_on__isnull=True) if is_fitted else rows
    if text:
        names = ("number", "place__label", "place__code", "item__name")
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": text}) for name in names)))
    return rows.annotate(last_read_on=_LAST_READ)


_LAST_READ = Max("readings__read_on", filter=Q(readings__reversed_at=None))


def meter_seen(actor: Actor, meter_id: int) -> Meter:
    """Raises NotFound."""
    rows = Meter.objects.select_related("site", "place", "item", "replaces").annotate(last_read_on=_LAST_READ)
    meter = rows.filter(pk=meter_id).first()
    if meter is None or not actor.may(READ_METERS, meter.site_id):
        raise NotFound(_("没有找到，或者您无权查看。"))
    return meter


def standing_readings(meters: Iterable[Meter]) -> "QuerySet[Reading]":
    """Those not reversed, latest first."""
    return Reading.objects.filter(meter__in=meters, reversed_at=None).order_by("-read_on")


def last_of(meter: Meter) -> Last:
    """Where the meter stood last."""
    return lasts_of([meter])[meter.pk]


def lasts_of(meters: Iterable[Meter]) -> dict[int, Last]:
    """By id of the meter; one statement."""
    known = {meter.pk: meter for meter in meters}
    read: dict[int, list[_Read]] = {pk: [] for pk in known}
    rows = standing_readings(known.values()).values_list("meter_id", "pk", "read_on", "value", "usage")
    for meter_id, *facts in rows.iterator(chunk_size=10_000):
        read[meter_id].append(_Read(*facts))
    return {pk: _last(meter, read[pk]) for pk, meter in known.items()}


class _Read(NamedTuple):
    pk: int
    read_on: date
    value: Decimal
    usage: Decimal


def _last(meter: Meter, readings: Sequence[_Read]) -> Last:
    """`readings`: the latest first."""
    if not readings:
        return Last(meter.starts_on, meter.start_value, None, None)
    latest = readings[0]
    compared = [each for each in readings if each.read_on > latest.read_on - _COMPARED]
    since = readings[len(compared)].read_on if len(compared) < len(readings) else meter.starts_on
    days = (latest.read_on - since).days
    used = sum((each.usage for each in compared), Decimal(0))
    return Last(latest.read_on, latest.value, latest.pk, used / days if days > 0 else None)


def is_charged(meter: Meter, on: date) -> bool:
    """Whether the item's period with that day was charged for the meter's place, and the charge stands."""
    payers = Account.objects.filter(
        Q(places__place=meter.place_id) | Q(kind=AccountKind.DEVELOPER), site_id=meter.site_id
    )
    charges = Charge.objects.filter(
        site_id=meter.site_id,
        item=meter.item_id,
        period_start=cycle_around(meter.item.cycle, on).starts_on,
        account__in=payers.values("pk"),
        place=meter.place_id,
    )
    return standing(charges).exists()


def readings_listed(site_id: int) -> "QuerySet[Reading]":
    """Latest first, those reversed too."""
    rows = Reading.objects.filter(site_id=site_id).select_related("meter__place", "meter__item", "by", "reversed_by")
    return rows.order_by("-read_on", "-pk")


def unread_since(site_id: int, day: date, text: str = "") -> "QuerySet[Meter]":
    """Fitted meters without a reading since that day."""
    read = Reading.objects.filter(site_id=site_id, read_on__gte=day, reversed_at=None)
    return meters_listed(site_id, text).exclude(pk__in=read.values("meter_id"))
