"""What an order may bring beyond the plain course: a booked visit, help of another team, a contractor, a price."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.simulation.hours import minutes
from zhongshu.simulation.matters import Scope
from zhongshu.simulation.workers import present
from zhongshu.work import actions as work
from zhongshu.work.kinds import BookedBy, Consent, Urgency
from zhongshu.work.lifecycle import JobVerb
from zhongshu.work.models import AidRequest
from zhongshu.work.queries import contractors_for, free_slots

if TYPE_CHECKING:
    from zhongshu.simulation.attending import Turn
    from zhongshu.simulation.errands import Errand
    from zhongshu.simulation.world import World

BOOKS, HELPED, COMES, CONTRACTED, PAID, UNDERSTATED = 0.35, 0.06, 0.85, 0.5, 0.3, 0.1
AID_LASTS = timedelta(minutes=35)
JOB_STEPS = ((JobVerb.CONFIRM, 15), (JobVerb.ARRIVE, 60), (JobVerb.FINISH, 150))
JOB_LASTS = timedelta(minutes=170)
RAISE = Decimal(50)


def _first_time(turn: "Turn", what: str, chance: float) -> bool:
    """Once for each errand the dice are thrown for it."""
    extras = turn.errand.extras
    if what in extras:
        return False
    extras.add(what)
    return turn.errand.dice(what).random() < chance


def booked(turn: "Turn") -> timedelta | None:
    """Who works by day has us come at an hour that suits them; how long until then."""
    order, errand = turn.order, turn.errand
    at_home = errand.matter.scope is Scope.HOME and errand.habits.works_by_day
    if not at_home or order.urgency not in (Urgency.P3, Urgency.P4) or not _first_time(turn, "books", BOOKS):
        return None
    free = free_slots(order.team, at=turn.at + timedelta(hours=1))[:6]
    if not free:
        return None
    slot = errand.dice("slot").choice(free)
    said: dict[str, Any] = {"order_id": order.pk, "window_id": slot.window.pk, "on": slot.on, "channel": BookedBy.DESK}
    made = turn.world.do_once(
        errand.by, lambda visit: {"visit": visit.pk}, work.book_visit, actor=turn.me, at=turn.at, **said
    )
    return slot.starts_at - turn.at + turn.minutes(errand.dice("on time").uniform(0, 40)) if made else None


def helped(turn: "Turn") -> timedelta | None:
    """Somebody of another team lends a hand; how long until it is done."""
    if not _first_time(turn, "aid", HELPED):
        return None
    others = [one for one in present(turn.world, turn.at) if one.team_id not in (None, turn.order.team_id)]
    if not others:
        return None
    helper = turn.errand.dice("helper").choice(others)
    if not turn.do(work.ask_for_aid, staff_id=helper.pk, note="一个人抬不动，请搭把手"):
        return None
    dice = turn.errand.dice("comes")
    comes = partial(_come, turn.world, turn.errand, turn.order.pk, helper.pk)
    turn.world.later(turn.at + minutes(dice.uniform(1, 5)), turn.errand.by, comes)
    return AID_LASTS


def _come(world: "World", errand: "Errand", order_id: int, staff_id: int, at: datetime) -> None:
    is_coming = errand.dice("agrees to come").random() < COMES
    rows = AidRequest.objects.filter(order_id=order_id, staff_id=staff_id).select_related("staff__user")
    request = rows.order_by("-pk").first()
    if request is None:
        return
    me = world.actor(request.staff.user, at)
    if world.do(errand.by, work.answer_aid, actor=me, at=at, request_id=request.pk, is_coming=is_coming) and is_coming:
        then = at + minutes(errand.dice("way to help").uniform(2, 8))
        world.later(then, errand.by, partial(_join, world, errand, request))


def _join(world: "World", errand: "Errand", request: AidRequest, at: datetime) -> None:
    me = world.actor(request.staff.user, at)
    if world.do(errand.by, work.join_aid, actor=me, at=at, request_id=request.pk):
        world.tell(at, errand.by, f"{me.name} of another team helps")
        leaves = at + minutes(errand.dice("leaves").uniform(8, 40))
        world.later(leaves, errand.by, lambda then: _leave(world, errand, request, then))


def _leave(world: "World", errand: "Errand", request: AidRequest, at: datetime) -> None:
    me = world.actor(request.staff.user, at)
    world.do(errand.by, work.leave_aid, actor=me, at=at, request_id=request.pk)


def contracted(turn: "Turn") -> timedelta | None:
    """What a contract covers goes to the company, and stays ours to see to; how long until they are done."""
    companies = contractors_for(turn.order, turn.at.date())
    if not companies or not _first_time(turn, "contractor", CONTRACTED):
        return None
    said: dict[str, Any] = {
        "order_id": turn.order.pk,
        "contractor_id": companies[0].pk,
        "task": turn.errand.matter.text[:200],
    }
    made = turn.world.do_once(
        turn.errand.by,
        lambda handed: {"job": handed[0].pk},
        work.hand_to_contractor,
        actor=turn.me,
        at=turn.at,
        **said,
    )
    if not made:
        return None
    turn.tell(f"handed to {companies[0].name}")
    for verb, after in JOB_STEPS:
        turn.world.later(turn.at + minutes(after), turn.errand.by, partial(_move_job, turn, verb))
    return JOB_LASTS


def _move_job(turn: "Turn", verb: JobVerb, at: datetime) -> None:
    """As they tell us."""
    said: dict[str, Any] = {
        "order_id": turn.order.pk,
        "verb": verb,
        "people": "王师傅等 2 人",
        "result": "已更换并试运行正常",
    }
    turn.world.do(turn.errand.by, work.move_job, actor=turn.me, at=at, **said)


def priced(turn: "Turn") -> None:
    """Some repairs at home are paid: the price is agreed to first, what was used is written down."""
    if turn.errand.matter.scope is not Scope.HOME or turn.errand.matter.parts < 0.1:
        return
    if not _first_time(turn, "price", PAID):
        return
    dice = turn.errand.dice("amount")
    agreed = Decimal(dice.randint(3, 20) * 10)
    _agree(turn, agreed)
    used = agreed + RAISE if dice.random() < UNDERSTATED else agreed - dice.randint(0, 20)
    _once(turn, work.add_material, name="配件及人工", quantity=Decimal(1), unit_price=used)


def agreed_anew(turn: "Turn") -> None:
    """It became dearer than agreed: the customer is asked again."""
    if "price" in turn.errand.extras:
        _agree(turn, Decimal(300))


def _agree(turn: "Turn", amount: Decimal) -> None:
    _once(turn, work.agree_price, amount=amount, agreed_by="业主", how=Consent.ON_SITE)


def _once(turn: "Turn", action: object, **said: object) -> None:
    turn.world.do_once(
        turn.errand.by,
        lambda row: {"row": row.pk},
        action,  # type: ignore[arg-type]  # one of the two above
        actor=turn.me,
        at=turn.at,
        order_id=turn.order.pk,
        **said,
    )
