"""Devices and what they raised."""

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.channels.models import Alarm, Device
from zhongshu.channels.permissions import VIEW_ALARMS
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound


def alarms_listed(
    actor: Actor, *, site_id: int | None = None, kind: str = "", device: str = "", is_standing: bool = False
) -> QuerySet[Alarm]:
    """Alarms, the latest first. `is_standing`: not taken back by the device."""
    rows = actor.visible(Alarm.objects.all(), VIEW_ALARMS)
    conditions = [
        Q(site_id=site_id) if site_id else Q(),
        Q(kind=kind) if kind else Q(),
        Q(device__code=device) if device else Q(),
        Q(cleared_at__isnull=True) if is_standing else Q(),
    ]
    return rows.filter(*conditions).select_related("site", "device__place", "case").order_by("-last_raised_at", "-pk")


def devices_listed(actor: Actor, site_id: int, *, text: str = "") -> QuerySet[Device]:
    """The devices of a site, those that nobody has placed yet first."""
    actor.require(VIEW_ALARMS, site_id)
    rows = Device.objects.filter(site_id=site_id).select_related("place")
    if text:
        rows = rows.filter(Q(code__icontains=text) | Q(name__icontains=text) | Q(place__label__icontains=text))
    counted = rows.annotate(alarm_count=Count("alarms"), last_at=Max("alarms__last_raised_at"))
    return counted.order_by(F("place").asc(nulls_first=True), "code")


def device_seen(actor: Actor, site_id: int, code: str) -> Device:
    """Raises NotFound."""
    rows = actor.visible(Device.objects.select_related("place", "site"), VIEW_ALARMS)
    device = rows.filter(site_id=site_id, code=code.replace("\x00", "?")).first()
    if device is None:
        raise NotFound(_("没有这个设备。"))
    return device
