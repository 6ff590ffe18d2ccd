"""Doors of other systems: order sheets of the 12345 hotline with the city's clock, and alarms of devices."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases.models import Case
from zhongshu.channels import actions as channels
from zhongshu.channels.actions import Received, SheetNews, Signal
from zhongshu.channels.kinds import AlarmKind, AlarmSeverity, Grounds, HotlineKind, Ruling, Satisfaction
from zhongshu.channels.models import Alarm, HotlineSheet
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.simulation.everyday import Everyday
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour, busy_time, minutes
from zhongshu.simulation.households import home_of, number_of
from zhongshu.simulation.matters import Matter, Scope
from zhongshu.simulation.reporting import Report, follow_up_on
from zhongshu.simulation.talking import MACHINE
from zhongshu.simulation.workers import CLERKS, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

SHEETS, ALARMS = 0.03, 0.05
APPROVING = (Role.SITE_MANAGER, Role.HEAD_OFFICE)
TEXTS = (
    "反映小区楼道长期堆放杂物，多次向物业反映未处理",
    "反映物业维修不及时，卫生间漏水一周无人上门",
    "反映小区晚间施工噪音扰民，希望物业制止",
    "咨询小区电动车充电桩何时安装",
    "反映电梯经常故障，存在安全隐患",
)
DEVICES = (
    (AlarmKind.SMOKE, AlarmSeverity.CRITICAL, "烟感"),
    (AlarmKind.PUMP_FAULT, AlarmSeverity.WARNING, "生活水泵"),
    (AlarmKind.LIFT_FAULT, AlarmSeverity.WARNING, "电梯监测"),
    (AlarmKind.FLOOD, AlarmSeverity.WARNING, "水浸传感器"),
    (AlarmKind.OFFLINE, AlarmSeverity.INFO, "摄像头"),
)


class Doors:
    """`day/sheet` and `day/alarm`."""

    def __init__(self, world: "World") -> None:
        self.homes = Everyday(world).places[Scope.HOME]
        rooms = Place.objects.filter(site=world.site, kind__in=["equipment_room", "lift", "entrance"], is_active=True)
        self.places = list(rooms.order_by("code"))

    def plan_day(self, world: "World", day: date) -> None:
        often = min(2.0, world.per_day)
        sheet, alarm = world.happening(f"{day}/sheet"), world.happening(f"{day}/alarm")
        if sheet.dice("comes").random() < SHEETS * often:
            world.plan(at_hour(day, sheet.dice("time").uniform(8.5, 17)), sheet.id, partial(self.sheet, world, sheet))
        if self.places and alarm.dice("comes").random() < ALARMS * often:
            world.plan(busy_time(day, alarm.dice("time")), alarm.id, partial(self._alarm, world, alarm))

    # --- the hotline

    def sheet(self, world: "World", by: Happening, at: datetime) -> None:
        """The hotline hands a matter over."""
        clerk = somebody(world, CLERKS, at, by.dice("clerk"))
        dice = by.dice("sheet")
        home = home_of(world, dice.choice(self.homes), at)
        news = SheetNews(
            number=f"12345-{at:%Y%m%d}-{dice.randrange(10**6):06d}",
            text=dice.choice(TEXTS),
            kind=dice.choice(list(HotlineKind)),
            caller_phone=number_of(home.account, at),
            address=home.unit.label,
            transferred_at=at - minutes(dice.uniform(1, 90)),
        )
        if clerk is None:
            return
        taken = world.do_once(
            by, _sheet_receipt, channels.receive_sheet, actor=clerk, at=at, site=world.site, news=news
        )
        if not taken:
            return
        said = Report(Matter(news.text, Scope.HOME, 1, 40), home.unit, home, is_theirs=True)
        follow_up_on(world, by, said, taken["case"], at)
        Sheet(world, by, taken["sheet"]).begin(at)

    # --- devices

    def _alarm(self, world: "World", by: Happening, at: datetime) -> None:
        dice = by.dice("alarm")
        kind, severity, name = dice.choice(DEVICES)
        place = dice.choice(self.places)
        signal = Signal(
            device_code=f"{kind}-{place.code}",
            kind=kind,
            severity=severity,
            happened_at=at,
            device_name=name,
            place_text=place.label,
        )
        raised = world.do_once(
            by, _alarm_receipt, channels.raise_alarm, actor=MACHINE, at=at, site=world.site, signal=signal
        )
        for nth in range(dice.choice((0, 0, 1, 4))):
            again = partial(_signal_again, world, by, signal, False)
            world.later(at + minutes(1 + 2 * nth), by, again)
        if dice.random() < 0.6:
            world.later(at + minutes(dice.uniform(10, 90)), by, partial(_signal_again, world, by, signal, True))
        if raised and raised.get("case"):
            home = home_of(world, self.homes[0], at)
            said = Report(Matter(f"设备报警：{name}", Scope.ROOM, 1, 30), place, home)
            follow_up_on(world, by, said, raised["case"], at)


def _sheet_receipt(received: Received) -> dict[str, Any]:
    return {**_of_case(received.sheet.case), "sheet": received.sheet.pk}


def _alarm_receipt(alarm: Alarm | None) -> dict[str, Any]:
    return _of_case(alarm.case) if alarm and alarm.case else {}


def _of_case(case: Case) -> dict[str, Any]:
    order = case.case_orders.order_by("order__number").values_list("order__number", flat=True).first()
    return {"case": case.number, "order": order}


def _signal_again(world: "World", by: Happening, signal: Signal, is_clear: bool, at: datetime) -> None:
    again = replace(signal, happened_at=at, is_clear=is_clear)
    world.do_once(by, _alarm_receipt, channels.raise_alarm, actor=MACHINE, at=at, site=world.site, signal=again)


class Sheet:
    """The way of one order sheet: signed for, contacted, answered, approved, judged by the hotline."""

    def __init__(self, world: "World", by: Happening, sheet_id: int) -> None:
        self.world, self.by, self.sheet_id = world, by, sheet_id
        self.dice = by.dice("course")

    def begin(self, at: datetime) -> None:
        slow = self.dice.random() < 0.12
        self._later(at + minutes(self.dice.uniform(200, 600) if slow else self.dice.uniform(5, 50)), self._sign)

    def _later(self, at: datetime, step: Any) -> None:
        self.world.later(at, self.by, step)

    def _clerk(self, at: datetime) -> Actor | None:
        return somebody(self.world, CLERKS, at, self.by.dice("clerk"))

    def _do(self, action: Any, actor: Actor | None, at: datetime, **said: Any) -> bool:
        if actor is None:
            return False
        return self.world.do(self.by, action, actor=actor, at=at, sheet_id=self.sheet_id, **said)

    def _sign(self, at: datetime) -> None:
        self._do(channels.sign_sheet, self._clerk(at), at)
        self._later(at + minutes(self.dice.uniform(10, 180)), self._contact)
        if self.dice.random() < 0.1:
            self._later(at + timedelta(hours=self.dice.uniform(20, 30)), self._press)

    def _contact(self, at: datetime) -> None:
        clerk = self._clerk(at)
        if clerk is not None:
            said: dict[str, Any] = {"sheet_id": self.sheet_id, "words": "已电话联系，约定处理时间"}
            self.world.do_once(self.by, _sheet_only, channels.record_contact, actor=clerk, at=at, **said)
        if self.dice.random() < 0.1:
            self._later(at + minutes(30), self._object)
        else:
            self._later(at + timedelta(hours=self.dice.uniform(6, 60)), self._reply)

    def _press(self, at: datetime) -> None:
        """The hotline presses: the same number, another text."""
        clerk = self._clerk(at)
        sheet = HotlineSheet.objects.get(pk=self.sheet_id)
        if clerk is not None:
            news = SheetNews(number=sheet.number, text="来电人再次反映，请尽快处理")
            self.world.do(self.by, channels.receive_sheet, actor=clerk, at=at, site=self.world.site, news=news)

    def _object(self, at: datetime) -> None:
        said: dict[str, Any] = {"grounds": Grounds.NOT_OURS, "words": "该事项属市政职责，申请退回"}
        self._do(channels.object_to_sheet, self._clerk(at), at, **said)
        self._later(at + timedelta(hours=self.dice.uniform(3, 30)), self._ruled)

    def _ruled(self, at: datetime) -> None:
        ruling = self.dice.choice(list(Ruling))
        self._do(channels.rule_on_objection, self._clerk(at), at, ruling=ruling, words="见平台")
        if ruling == Ruling.REFUSED:
            self._later(at + timedelta(hours=2), self._reply)

    def _reply(self, at: datetime) -> None:
        clerk = self._clerk(at)
        if clerk is not None:
            said: dict[str, Any] = {"sheet_id": self.sheet_id, "text": "经现场核查，已安排处理完毕，并向来电人说明。"}
            self.world.do_once(self.by, _pk, channels.write_reply, actor=clerk, at=at, **said)
        self._later(at + minutes(self.dice.uniform(20, 240)), self._approve)

    def _approve(self, at: datetime) -> None:
        is_good = self.dice.random() < 0.85
        chief = somebody(self.world, APPROVING, at, self.by.dice("chief"))
        self._do(channels.rule_on_reply, chief, at, is_approved=is_good, words="" if is_good else "请写明处理结果")
        step = self._result if is_good else self._reply
        self._later(at + (timedelta(days=2) if is_good else timedelta(hours=1)), step)

    def _result(self, at: datetime) -> None:
        is_solved = self.dice.random() < 0.88
        heard = Satisfaction.SATISFIED if is_solved else Satisfaction.DISSATISFIED
        if self._do(channels.record_result, self._clerk(at), at, satisfaction=heard, is_solved=is_solved):
            self.world.tell(at, self.by, f"the hotline heard: {heard}")
            if not is_solved:
                self._later(at + timedelta(hours=3), self._contact)


def _sheet_only(sheet: HotlineSheet) -> dict[str, int]:
    return {"sheet": sheet.pk}


def _pk(row: Any) -> dict[str, int]:
    return {"row": row.pk}
