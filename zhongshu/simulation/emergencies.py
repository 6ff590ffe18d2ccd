"""Help on the scene: somebody calls for it, colleagues come, it is over; care for the harmed, and the report."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.scene import actions as scene
from zhongshu.scene.kinds import CareKind, Danger
from zhongshu.scene.lifecycle import OPEN
from zhongshu.scene.models import Assistance, CareTask
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import busy_time, minutes
from zhongshu.simulation.workers import first_with, present, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

OFTEN = 0.015
CALLING = (Role.GUARD, Role.TECHNICIAN, Role.CLEANER, Role.KEEPER)
TENDING = (Role.SITE_MANAGER, Role.SERVICE_LEAD, Role.HEAD_OFFICE)
WORDS = {
    Danger.VIOLENCE: "有人动手推搡",
    Danger.INJURY: "老人摔倒了，动不了",
    Danger.FIRE: "垃圾桶冒烟",
    Danger.TECHNICAL: "水阀断了，一个人关不住",
    Danger.OTHER: "有可疑人员",
}


class Emergencies:
    """`day/sos`."""

    def __init__(self, world: "World") -> None:
        kinds = ["entrance", "gate", "building"]
        self.places = list(Place.objects.filter(site=world.site, kind__in=kinds, is_active=True).order_by("code"))

    def plan_day(self, world: "World", day: date) -> None:
        by = world.happening(f"{day}/sos")
        if by.dice("happens").random() < OFTEN * min(3.0, world.per_day):
            world.plan(busy_time(day, by.dice("time")), by.id, partial(self.call, world, by))

    def call(self, world: "World", by: Happening, at: datetime) -> None:
        """Whoever is in danger presses the button."""
        dice = by.dice("call")
        caller = first_with(world, present(world, at), CALLING, at, dice)
        if caller is None:
            return
        danger = dice.choice(list(Danger))
        me = world.actor(caller.user, at)
        said: dict[str, Any] = {
            "danger": danger,
            "key": by.id,
            "words": WORDS[danger],
            "place": dice.choice(self.places),
        }
        if not world.do(by, scene.raise_sos, actor=me, at=at, site=world.site, **said):
            return
        call = Assistance.objects.filter(raised_by=caller.user_id, key=by.id).first()
        if call is not None:
            world.tell(at, by, f"{me.name} calls for help: {danger}")
            _Course(world, by, call.pk, me).begin(at)


class _Course:
    """How one call goes on."""

    def __init__(self, world: "World", by: Happening, call_id: int, caller: Actor) -> None:
        self.world, self.by, self.call_id, self.caller = world, by, call_id, caller
        self.dice = by.dice("course")

    def begin(self, at: datetime) -> None:
        users = User.objects.filter(helps__assistance=self.call_id).order_by("username")
        for user in list(users):
            wait = minutes(self.dice.uniform(0.3, 2.5))
            step = self._comes if self.dice.random() < 0.75 else self._declines
            self._later(at + wait, partial(step, self.world.actor(user, at)))
        self._later(at + minutes(self.dice.uniform(15, 50)), self._over)

    def _later(self, at: datetime, step: Any) -> None:
        self.world.later(at, self.by, step)

    def _do(self, action: Any, actor: Actor, at: datetime, **said: Any) -> bool:
        return self.world.do(self.by, action, actor=actor, at=at, call_id=self.call_id, **said)

    def _comes(self, helper: Actor, at: datetime) -> None:
        if self._do(scene.accept, helper, at):
            there = at + minutes(self.dice.uniform(1, 6))
            self._later(there, lambda then: self._do(scene.arrive, helper, then))

    def _declines(self, helper: Actor, at: datetime) -> None:
        self._do(scene.decline, helper, at, reason="正在处理其他紧急情况")

    def _over(self, at: datetime) -> None:
        if Assistance.objects.filter(pk=self.call_id, state__in=OPEN).exists():
            self._do(scene.stand_down, self.caller, at, words="现场已控制，人员安全")
        self._later(at + timedelta(hours=self.dice.uniform(1, 20)), self._care)
        self._later(at + timedelta(hours=self.dice.uniform(24, 60)), self._report)

    def _chief(self, at: datetime) -> Actor | None:
        return somebody(self.world, TENDING, at, self.by.dice("tends"))

    def _care(self, at: datetime) -> None:
        chief = self._chief(at)
        owner = User.objects.filter(pk=chief.user_id or 0).first() if chief else None
        if chief is None or owner is None or self.dice.random() < 0.5:
            return
        self._do(scene.say_who_is_harmed, chief, at, name="张阿姨")
        said: dict[str, Any] = {
            "call_id": self.call_id,
            "kind": CareKind.VISIT,
            "owner": owner,
            "due_at": at + timedelta(days=2),
        }
        planned = self.world.do_once(self.by, _task, scene.plan_care, actor=chief, at=at, **said)
        if planned:
            done = at + timedelta(hours=self.dice.uniform(5, 70))
            self._later(done, partial(self._cared, chief, planned["task"]))

    def _cared(self, owner: Actor, task_id: int, at: datetime) -> None:
        said: dict[str, Any] = {"task_id": task_id, "outcome": "已上门看望，情绪稳定"}
        self.world.do(self.by, scene.care_done, actor=owner, at=at, **said)

    def _report(self, at: datetime) -> None:
        chief = self._chief(at)
        if chief is None:
            return
        said: dict[str, Any] = {"call_id": self.call_id, "conclusion": "处置得当", "measures": "加强夜间巡查"}
        self.world.do_once(self.by, lambda row: {"report": row.pk}, scene.write_report, actor=chief, at=at, **said)


def _task(task: CareTask) -> dict[str, int]:
    return {"task": task.pk}
