"""How a matter is reported: in which way, to whom, in which words; and what a household does while it waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.cases import actions as cases
from zhongshu.cases.actions import Intake
from zhongshu.cases.lifecycle import CaseState, Channel
from zhongshu.cases.models import Case
from zhongshu.estate.models import Place
from zhongshu.identity.actor import Actor
from zhongshu.portal import actions as portal
from zhongshu.simulation.attending import attend_soon
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import minutes
from zhongshu.simulation.households import Home, number_of
from zhongshu.simulation.matters import URGES, Matter, Scope
from zhongshu.simulation.referring import hand_over_warm
from zhongshu.simulation.talking import Heard, after_the_talk
from zhongshu.simulation.workers import ANSWERING, CLERKS, first_with, present, somebody
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

SETTLED = "业主来电：已自行解决，不用来了"
ON_THE_WAY = (State.NEW, State.DISPATCHED, State.ACCEPTED, State.ON_HOLD, State.OBJECTED)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody is about to say. `reporter`: the household it is, or lives near; `is_theirs`: about their home.

    `also`: a second matter in the same breath. `named`: the address they give by mistake.
    """

    matter: Matter
    place: Place | None
    reporter: Home
    is_theirs: bool = False
    on_patrol: bool = False
    also: Matter | None = None
    named: Place | None = None

    @property
    def text(self) -> str:
        return f"{self.matter.text}。另外，{self.also.text}" if self.also else self.matter.text


def report(world: "World", by: Happening, said: Report, at: datetime) -> Errand | None:
    """Somebody says it to somebody; None where nobody listens, or the program refuses it."""
    resident = _uses_app(world, by, said, at)
    receipt = _say_online(world, by, said, resident, at) if resident else _say(world, by, said, at)
    if receipt is None:
        return None
    for number, _order in receipt["linked"]:
        follow_up_on(world, by, replace(said, matter=said.also or said.matter, also=None), number, at)
    return follow_up_on(world, by, said, receipt["case"], at)


def _uses_app(world: "World", by: Happening, said: Report, at: datetime) -> Actor | None:
    """Who can sign in mostly writes, when it is about the own home."""
    account = said.reporter.account if said.is_theirs else None
    user = account.customer.user if account else None
    return world.actor(user, at) if user and by.dice("uses the app").random() < 0.8 else None


def _say_online(world: "World", by: Happening, said: Report, resident: Actor, at: datetime) -> dict[str, Any] | None:
    number = said.reporter.account.number if said.reporter.account else ""
    words: dict[str, Any] = {"account_number": number, "text": said.text}
    return world.do_once(by, receipt_of, portal.report, actor=resident, at=at, **words)


def _say(world: "World", by: Happening, said: Report, at: datetime) -> dict[str, Any] | None:
    channel = Channel.PATROL if said.on_patrol else said.reporter.habits.way
    hearer = _hearer(world, by, channel, at)
    if hearer is None:
        return None
    calls = said.is_theirs and channel is not Channel.EMPLOYEE
    words: dict[str, Any] = {
        "text": said.text,
        "channel": channel,
        "place_text": _spoken(said, by),
        "caller_phone": number_of(said.reporter.account, at) if calls else "",
    }
    hear: Callable[..., Intake] = cases.open_cases if said.also else cases.open_case
    receipt = world.do_once(by, receipt_of, hear, actor=hearer, at=at, site=world.site, **words)
    if receipt and channel in (Channel.TELEPHONE, Channel.COUNTER):
        is_call = channel is Channel.TELEPHONE and bool(words["caller_phone"])
        heard = Heard(hearer, said.reporter, receipt["case"], words["caller_phone"] if is_call else "")
        after_the_talk(world, by, heard, at)
    return receipt


def receipt_of(intake: Intake) -> dict[str, Any]:
    """What was acknowledged: the case and its order, and those of the other matters in the message."""
    linked = [[each.case.number, each.order.number] for each in intake.linked]
    return {"case": intake.case.number, "order": intake.order.number, "linked": linked}


def _hearer(world: "World", by: Happening, channel: Channel, at: datetime) -> Actor | None:
    people, dice = present(world, at), by.dice("hearer")
    if not people:
        return None
    in_person = channel in (Channel.EMPLOYEE, Channel.PATROL)
    found = None if in_person else first_with(world, people, ANSWERING, at, dice)
    return world.actor((found or dice.choice(people)).user, at)


def _spoken(said: Report, by: Happening) -> str:
    """How people say where it is: in full; or without the phase, only the number on the door, or not at all."""
    if said.place is None:
        return ""
    if said.named is not None:
        return said.named.label
    dice, label = by.dice("spoken"), said.place.label
    if dice.random() < said.reporter.habits.is_precise:
        return label
    no_phase = label.removeprefix("一期").removeprefix("二期")
    return dice.choice((no_phase, no_phase, said.place.room_no and f"{said.place.room_no}室", ""))


def follow_up_on(world: "World", by: Happening, said: Report, number: str, at: datetime) -> Errand:
    """What follows from a case that was heard: it is put right, attended to, urged, or sent to who can help."""
    case = Case.objects.get(number=number)
    errand = world.ledger.add(Errand(by, said.matter, said.place, said.reporter.habits, case.pk))
    order = WorkOrder.objects.select_related("assignee__user").get(case_order__case=case)
    if case.referrals:
        world.later(at + minutes(by.dice("refer").uniform(2, 20)), by, partial(hand_over_warm, world, errand))
    world.tell(at, by, f"{case.number} heard ({case.channel}), {order.number} {order.state} ({order.urgency})")
    if (said.place and case.place_id != said.place.pk) or (case.needs_person and said.matter.category):
        ask_back = at + minutes(by.dice("ask back").uniform(1, 12))
        world.later(ask_back, by, partial(put_right, world, errand))
    _wait_and_call_again(world, errand, at)
    attend_soon(world, errand, order, at)
    return errand


def _wait_and_call_again(world: "World", errand: Errand, at: datetime) -> None:
    """The impatient ask when somebody comes; some find that it has settled by itself."""
    dice = errand.dice("waiting")
    if dice.random() < errand.habits.temper * 0.5:
        world.later(at + minutes(dice.uniform(30, 240)), errand.by, partial(_urge, world, errand))
    if dice.random() < 0.02:
        world.later(
            at + minutes(dice.uniform(5, 60)),
            errand.by,
            partial(call_off, world, errand, "业主来电：已自行解决，不用来了"),
        )


def put_right(world: "World", errand: Errand, at: datetime) -> None:
    """The owner of the case asks back: where it really is, and what it is."""
    case = Case.objects.select_related("owner").get(pk=errand.case_id)
    if case.owner is None or case.state != CaseState.OPEN:
        return
    owner, place, matter = world.actor(case.owner, at), errand.place, errand.matter
    said: dict[str, Any] = {"actor": owner, "at": at, "case_id": case.pk}
    if place is not None and case.place_id != place.pk and matter.scope is not Scope.NOWHERE:
        world.do(errand.by, cases.put_place_right, **said, place_code=place.code, reason="回电核实")
    if case.needs_person and matter.team and errand.dice("is diligent").random() < 0.85:
        decided: dict[str, Any] = {"category": matter.category, "team_kind": matter.team}
        world.do(errand.by, cases.correct_classification, **said, **decided)
    world.tell(at, errand.by, f"{case.number} put right by {owner.name}")


def _urge(world: "World", errand: Errand, at: datetime) -> None:
    waiting = WorkOrder.objects.filter(case_order__case=errand.case_id, state__in=ON_THE_WAY).exists()
    dice = errand.dice("urge")
    clerk = somebody(world, CLERKS, at, dice) if waiting else None
    if clerk is None:
        return
    said: dict[str, Any] = {"case_id": errand.case_id, "text": dice.choice(URGES)}
    world.do_once(errand.by, lambda entry: {"entry": entry.pk}, cases.add_note, actor=clerk, at=at, **said)


def call_off(world: "World", errand: Errand, reason: str, at: datetime) -> None:
    """The matter falls away, if no work has been done yet."""
    clerk = somebody(world, CLERKS, at, errand.dice("call off"))
    case = Case.objects.get(pk=errand.case_id)
    if clerk is None or case.state != CaseState.OPEN:
        return
    if world.do(errand.by, cases.withdraw_case, actor=clerk, at=at, case_id=case.pk, reason=reason):
        world.tell(at, errand.by, f"{case.number} withdrawn")
