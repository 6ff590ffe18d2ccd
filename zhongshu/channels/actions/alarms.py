"""Alarms of equipment: a case for what begins, a line for what goes on, and where the device stands."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.actions import add_note, open_case
from zhongshu.cases.lifecycle import Channel
from zhongshu.cases.models import Case
from zhongshu.channels.actions._parts import short, stated
from zhongshu.channels.kinds import ALARM_LABELS, ALARM_MATTERS, AlarmKind, AlarmSeverity
from zhongshu.channels.models import Alarm, AlarmSignal, Device
from zhongshu.channels.permissions import ARRANGE_DOORS, RAISE_ALARMS
from zhongshu.channels.policies.alarms import becomes_case, belongs, is_worth_a_line, urgency_of
from zhongshu.channels.queries.limits import limits_of
from zhongshu.estate.models import Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, local
from zhongshu.kernel.errors import Invalid
from zhongshu.work.permissions import vouched

_ORDER = list(AlarmSeverity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a device sent: raised, or (`is_clear`) taken back, at that instant."""

    device_code: str
    kind: AlarmKind
    severity: AlarmSeverity
    happened_at: datetime
    is_clear: bool = False
    device_name: str = ""
    place_text: str = ""


@transaction.atomic
def raise_alarm(*, actor: Actor, at: datetime, site: Site, signal: Signal) -> Alarm | None:
    """Take in a signal; sent twice it is one. The alarm it began or goes on with; None: nothing to take back.

    Raises NotFound, Invalid.
    """
    actor.require(RAISE_ALARMS, site.pk)
    device = _locked(site, signal)
    if not _is_new(device, signal, at=at):
        return _latest(device, signal.kind).first()
    alarm = _clear(actor, device, signal, at=at) if signal.is_clear else _raise(actor, device, signal, at=at)
    after = {"kind": signal.kind, "severity": signal.severity, "is_clear": signal.is_clear}
    after["case"] = alarm.case.number if alarm and alarm.case else ""
    audit.record(actor=actor, at=at, verb="channels.raise_alarm", target=device, after=after)
    return alarm


def _locked(site: Site, signal: Signal) -> Device:
    """The device, made when it is first heard of: a person says later where it stands."""
    code = stated(signal.device_code, field="device_code", most=80, what=_("设备编号"))
    name = short(signal.device_name, field="device_name", most=80, what=_("设备名称"))
    place_text = short(signal.place_text, field="place", most=200, what=_("位置"))
    fresh = Device(site=site, code=code, name=name, place_text=place_text)
    Device.objects.bulk_create([fresh], ignore_conflicts=True)
    return Device.objects.select_for_update(of=("self",)).select_related("site", "place").get(site=site, code=code)


def _is_new(device: Device, signal: Signal, *, at: datetime) -> bool:
    happened_at = min(signal.happened_at, at)
    key = {"device": device, "kind": signal.kind, "at": happened_at, "is_clear": signal.is_clear}
    if AlarmSignal.objects.filter(**key).exists():
        return False
    AlarmSignal.objects.create(**key, severity=signal.severity, received_at=at)
    return True


def _latest(device: Device, kind: AlarmKind) -> QuerySet[Alarm]:
    rows = Alarm.objects.filter(device=device, kind=kind).select_related("case")
    return rows.order_by("-last_raised_at", "-pk")


def _raise(actor: Actor, device: Device, signal: Signal, *, at: datetime) -> Alarm:
    happened_at = min(signal.happened_at, at)
    alarm = _latest(device, signal.kind).first()
    window = limits_of(device.site_id, day_of(at)).alarm_window_minutes
    if alarm and _stands(alarm) and belongs(alarm.last_raised_at, happened_at, window_minutes=window):
        _go_on(actor, alarm, signal, happened_at, at=at)
    else:
        alarm = _begin(device, signal, happened_at)
    if alarm.case is None and becomes_case(signal.kind, signal.severity):
        alarm.case = _open(actor, device, signal, at=at)
        alarm.save(update_fields=["case"])
    _clear_if_told_before(actor, alarm, at=at)
    return alarm


def _stands(alarm: Alarm) -> bool:
    """One whose case is closed is over, however soon the next signal comes."""
    return alarm.case is None or alarm.case.closed_at is None


def _begin(device: Device, signal: Signal, happened_at: datetime) -> Alarm:
    return Alarm.objects.create(
        site_id=device.site_id,
        device=device,
        kind=signal.kind,
        severity=signal.severity,
        raised_at=happened_at,
        last_raised_at=happened_at,
    )


def _go_on(actor: Actor, alarm: Alarm, signal: Signal, happened_at: datetime, *, at: datetime) -> None:
    alarm.times += 1
    alarm.raised_at = min(alarm.raised_at, happened_at)
    alarm.last_raised_at = max(alarm.last_raised_at, happened_at)
    alarm.severity = max(alarm.severity, signal.severity, key=lambda one: _ORDER.index(AlarmSeverity(one)))
    if alarm.cleared_at is not None and alarm.cleared_at < happened_at:
        alarm.cleared_at = None
    alarm.save()
    if is_worth_a_line(alarm.times):
        _note(actor, alarm, f"第 {alarm.times} 次报警：{_said(alarm.kind, happened_at)}", at=at)  # matter


def _clear(actor: Actor, device: Device, signal: Signal, *, at: datetime) -> Alarm | None:
    happened_at = min(signal.happened_at, at)
    rows = _latest(device, signal.kind).filter(raised_at__lte=happened_at, cleared_at__isnull=True)
    alarm = rows.first()
    if alarm is not None:
        _take_back(actor, alarm, happened_at, at=at)
    return alarm


def _clear_if_told_before(actor: Actor, alarm: Alarm, *, at: datetime) -> None:
    """Messages overtake each other: it may have been taken back before we heard of it."""
    taken_back = AlarmSignal.objects.filter(
        device=alarm.device, kind=alarm.kind, is_clear=True, at__gte=alarm.last_raised_at
    )
    first = taken_back.order_by("at").first()
    if first is not None and alarm.cleared_at is None:
        _take_back(actor, alarm, first.at, at=at)


def _take_back(actor: Actor, alarm: Alarm, happened_at: datetime, *, at: datetime) -> None:
    alarm.cleared_at = happened_at
    alarm.save(update_fields=["cleared_at"])
    _note(actor, alarm, f"设备已恢复：{_said(alarm.kind, happened_at)}。请仍到现场确认。", at=at)  # matter


def _note(actor: Actor, alarm: Alarm, text: str, *, at: datetime) -> None:
    if alarm.case_id is not None:
        add_note(actor=vouched(actor), at=at, case_id=alarm.case_id, text=text)


def _said(kind: str, happened_at: datetime) -> str:
    return f"{ALARM_LABELS[AlarmKind(kind)]} {local(happened_at):%m-%d %H:%M:%S}"


def _open(actor: Actor, device: Device, signal: Signal, *, at: datetime) -> Case:
    category, team = ALARM_MATTERS[signal.kind]
    where = device.place.label if device.place else signal.place_text or device.place_text
    said = "，".join(part for part in (f"{device}", where) if part)
    return open_case(
        actor=vouched(actor),
        at=at,
        site=device.site,
        text=f"设备报警：{ALARM_LABELS[signal.kind]}（{said}）",  # matter
        channel=Channel.ALARM,
        place_text="" if device.place else where,
        place_code=device.place.code if device.place else None,
        category=category,
        urgency=urgency_of(signal.kind, signal.severity),
        team_kind=team,
    ).case


@transaction.atomic
def place_device(*, actor: Actor, at: datetime, site: Site, code: str, place: Place | None, name: str = "") -> Device:
    """Say where a device stands and what it is called; a code not heard of yet may be entered beforehand.

    Raises NotFound, Invalid.
    """
    actor.require(ARRANGE_DOORS, site.pk)
    code = stated(code, field="code", most=80, what=_("设备编号"))
    name = short(name, field="name", most=80, what=_("设备名称"))
    if place is not None and place.site_id != site.pk:
        raise Invalid(_("请选择本项目的位置。"), field="place")
    Device.objects.bulk_create([Device(site=site, code=code)], ignore_conflicts=True)
    device = Device.objects.select_for_update().get(site=site, code=code)
    before = audit.values(device, ["name", "place_id"])
    device.name, device.place = name, place
    device.save(update_fields=["name", "place"])
    after = audit.values(device, ["name", "place_id"])
    audit.record(actor=actor, at=at, verb="channels.place_device", target=device, before=before, after=after)
    return device
