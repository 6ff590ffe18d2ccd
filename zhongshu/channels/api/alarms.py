"""The door of equipment, and its devices."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from zhongshu.channels import actions
from zhongshu.channels.api._signed import check_signed
from zhongshu.channels.kinds import AlarmKind, AlarmSeverity, Door
from zhongshu.channels.models import Alarm, Device
from zhongshu.channels.permissions import ARRANGE_DOORS, RAISE_ALARMS, VIEW_ALARMS
from zhongshu.channels.queries.alarms import alarms_listed, device_seen, devices_listed
from zhongshu.estate.queries import place_by_code
from zhongshu.identity.api_kit import Instant, Line, Listed, PageNo, PageSize, Typed, actor_of, paged, site_of
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of


class AlarmIn(Typed):
    """`cleared_at` given: the device takes the alarm back. `place`: where it stands, in words, until it is mapped."""

    site: Line
    device: str = Field(min_length=1, max_length=80, pattern=r"^[^\x00]*$")
    kind: AlarmKind
    severity: AlarmSeverity = AlarmSeverity.WARNING
    name: Line = ""
    place: Line = ""
    raised_at: Instant | None = None
    cleared_at: Instant | None = None


class AlarmOut(Schema):
    id: int
    site: str
    device: str
    name: str
    place: str | None
    kind: AlarmKind
    severity: AlarmSeverity
    raised_at: datetime
    last_raised_at: datetime
    cleared_at: datetime | None
    times: int
    case: str | None


class SignalOut(Schema):
    """`alarm` null: there was nothing to take back."""

    alarm: AlarmOut | None


class AlarmsOut(Listed):
    items: list[AlarmOut]


class AlarmFilters(Schema):
    site: Line = ""
    kind: AlarmKind | None = None
    device: Line = ""
    is_standing: bool = False


class DeviceOut(Schema):
    code: str
    name: str
    place: str | None = Field(description="code; null: not mapped yet")
    place_text: str


class DevicesOut(Listed):
    items: list[DeviceOut]


class DeviceIn(Typed):
    place: Line | None
    name: Line = ""


def raise_alarm(request: HttpRequest, said: AlarmIn) -> dict[str, Any]:
    """For equipment: a signal sent twice is one; repeated ones join the alarm that goes on. Signed like calls."""
    actor, at = actor_of(request), now()
    site = site_of(actor, said.site, RAISE_ALARMS)
    check_signed(request, site.pk, Door.ALARMS, at=at)
    signal = actions.Signal(
        device_code=said.device,
        kind=said.kind,
        severity=said.severity,
        happened_at=said.cleared_at or said.raised_at or at,
        is_clear=said.cleared_at is not None,
        device_name=said.name,
        place_text=said.place,
    )
    alarm = actions.raise_alarm(actor=actor, at=at, site=site, signal=signal)
    return {"alarm": _alarm(alarm) if alarm else None}


def list_alarms(
    request: HttpRequest, wanted: Query[AlarmFilters], page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    actor.require(VIEW_ALARMS)
    site_id = site_of(actor, wanted.site, VIEW_ALARMS).pk if wanted.site else None
    rows = alarms_listed(
        actor, site_id=site_id, kind=wanted.kind or "", device=wanted.device, is_standing=wanted.is_standing
    )
    return paged(request, page_of(rows, str(page), size=page_size), _alarm)


def list_devices(
    request: HttpRequest, site: Line, text: Line = "", page: PageNo = 1, page_size: PageSize = 20
) -> dict[str, Any]:
    actor = actor_of(request)
    rows = devices_listed(actor, site_of(actor, site, VIEW_ALARMS).pk, text=text)
    return paged(request, page_of(rows, str(page), size=page_size), _device)


def put_device(request: HttpRequest, site: str, device_code: str, said: DeviceIn) -> dict[str, Any]:
    """Where the device stands; one not heard of yet may be entered beforehand."""
    actor = actor_of(request)
    found = site_of(actor, site, ARRANGE_DOORS)
    place = place_by_code(found.pk, said.place, field="place") if said.place else None
    actions.place_device(actor=actor, at=now(), site=found, code=device_code, place=place, name=said.name)
    return _device(device_seen(actor, found.pk, device_code.strip()))


def add_to(router: Router) -> None:
    """The operations of this part."""
    router.post("/channels/alarms", response=SignalOut, summary="Raise an alarm, or take it back")(raise_alarm)
    router.get("/channels/alarms", response=AlarmsOut, summary="Alarms, the latest first")(list_alarms)
    router.get("/channels/devices", response=DevicesOut, summary="Devices, those not mapped yet first")(list_devices)
    router.put("/channels/devices/{site}/{device_code}", response=DeviceOut, summary="Say where a device stands")(
        put_device
    )


def _alarm(alarm: Alarm) -> dict[str, Any]:
    plain = ("kind", "severity", "raised_at", "last_raised_at", "cleared_at", "times")
    return {
        "id": alarm.pk,
        "site": alarm.site.code,
        "device": alarm.device.code,
        "name": alarm.device.name,
        "place": alarm.device.place.code if alarm.device.place else None,
        "case": alarm.case.number if alarm.case else None,
        **{name: getattr(alarm, name) for name in plain},
    }


def _device(device: Device) -> dict[str, Any]:
    return {
        "code": device.code,
        "name": device.name,
        "place": device.place.code if device.place else None,
        "place_text": device.place_text,
    }
