"""Talking with people: the call as the telephone system tells of it, anger that is met with, and relief from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.channels import actions as channels
from zhongshu.channels.actions import News
from zhongshu.channels.kinds import CallEvent
from zhongshu.channels.models import Call, Extension, Relief
from zhongshu.channels.queries.load import relievers_of
from zhongshu.identity.actor import Actor, Origin, system_actor
from zhongshu.identity.models import User
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import minutes
from zhongshu.simulation.households import Home

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

#: Other companies' systems: the switchboard, the hotline's interface, devices.
MACHINE = system_actor(Origin.SIMULATION)
TALK = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Heard:
    """Who heard whom about which case; `number` where it was a call."""

    hearer: Actor
    home: Home
    case: str
    number: str


def after_the_talk(world: "World", by: Happening, heard: Heard, at: datetime) -> None:
    """What the switchboard knows of it, and the anger of those who are not calm."""
    call = _told_by_switchboard(world, by, heard, at) if heard.number else None
    dice = by.dice("anger")
    if dice.random() < heard.home.habits.temper * 0.25:
        world.later(at + TALK, by, partial(_note_anger, world, by, heard, call))


def _told_by_switchboard(world: "World", by: Happening, heard: Heard, at: datetime) -> int | None:
    """Told in the order of its happening, mostly; the end comes when they have hung up."""
    desk = Extension.objects.filter(site=world.site, staff__user=heard.hearer.user_id or 0).first()
    extension = desk.number if desk else ""
    for event in (CallEvent.RINGING, CallEvent.ANSWERED):
        tell_call(world, by, heard.number, event, at, extension=extension)
    call = Call.objects.filter(site=world.site, call_id=call_id(world, by)).first()
    if call is None:
        return None
    world.do(by, channels.link_call, actor=heard.hearer, at=at, call_pk=call.pk, case_number=heard.case)
    world.later(at + TALK, by, lambda then: tell_call(world, by, heard.number, CallEvent.ENDED, then))
    return call.pk


def call_id(world: "World", by: Happening, nth: int = 1) -> str:
    """As the switchboard names the nth call of a happening."""
    return f"{world.site.code}:{by.id}:{nth}"


def tell_call(
    world: "World", by: Happening, number: str, event: CallEvent, at: datetime, *, nth: int = 1, extension: str = ""
) -> None:
    """The switchboard tells one thing about a call."""
    news = News(call_id=call_id(world, by, nth), event=event, happened_at=at, number=number, extension=extension)
    world.do(by, channels.tell_call, actor=MACHINE, at=at, site=world.site, news=news)


def _note_anger(world: "World", by: Happening, heard: Heard, call: int | None, at: datetime) -> None:
    dice = by.dice("how angry")
    about = {"call_pk": call} if call else {"case_number": heard.case}
    said: dict[str, Any] = {"minutes": dice.randint(4, 25), "is_abusive": dice.random() < 0.1}
    noted = world.do_once(
        by, lambda contact: {"contact": contact.pk}, channels.note_anger, actor=heard.hearer, at=at, **said, **about
    )
    if noted:
        world.tell(at, by, f"{heard.hearer.name} met with anger")
        world.later(at + minutes(dice.uniform(5, 30)), by, partial(_relieve, world, by))


def _relieve(world: "World", by: Happening, at: datetime) -> None:
    """Whoever was told takes over."""
    due = Relief.objects.filter(site=world.site, began_at__isnull=True).select_related("staff__site", "staff__team")
    for relief in due.order_by("due_at", "pk"):
        chiefs = User.objects.filter(pk__in=relievers_of(relief.staff, at=at), is_active=True).order_by("username")
        if chief := chiefs.first():
            said: dict[str, Any] = {"staff_id": relief.staff_id, "words": "先休息一下，我来接"}
            world.do(by, channels.relieve, actor=world.actor(chief, at), at=at, **said)
