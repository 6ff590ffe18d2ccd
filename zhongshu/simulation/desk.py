"""What the desk does every day: call back, sign off, see that nothing lies about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from zhongshu.cases import actions as cases
from zhongshu.cases.lifecycle import Answer, CaseState
from zhongshu.cases.models import Case, FollowUp
from zhongshu.identity.roles import Role
from zhongshu.portal import actions as portal
from zhongshu.simulation.attending import attend_soon, begin_again
from zhongshu.simulation.errands import Errand
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.incidents import take_up_repairs
from zhongshu.simulation.matters import HAPPY_WORDS, LATE_WORDS, UNHAPPY_WORDS
from zhongshu.simulation.workers import CLERKS, somebody
from zhongshu.work.lifecycle import ENDED, State
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

SIGNING = (Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.QUALITY, Role.HEAD_OFFICE)
TENDED = frozenset(State) - ENDED - {State.DONE, State.SIGNED_OFF}


class Desk:
    """Duties, not happenings: nothing of it can be left out."""

    def plan_day(self, world: "World", day: date) -> None:
        by = world.happening(f"{day}/desk")
        world.later(at_hour(day, 8.5), by, partial(look_after, world))
        for hour in (9.5, 16.5):
            world.later(at_hour(day, hour), by, partial(make_calls, world))


def look_after(world: "World", at: datetime) -> None:
    """In the morning: forget what is over, and take up orders that nobody attends to."""
    over = Case.objects.filter(pk__in=world.ledger.case_ids(), closed_at__lt=at - timedelta(days=7))
    for case_id in over.values_list("pk", flat=True):
        world.ledger.strike(case_id)
    orders = WorkOrder.objects.filter(site=world.site, state__in=TENDED, case_order__isnull=False)
    for order in orders.select_related("case_order__case__account", "case_order__case__place").order_by("number"):
        attend_soon(world, world.ledger.of(order.case_order.case), order, at)
    take_up_repairs(world, at)


def make_calls(world: "World", at: datetime) -> None:
    """Call-backs, the oldest first; then sign-offs by the owners of cases that need no call."""
    calls = FollowUp.objects.filter(site=world.site, done_at__isnull=True, opened_at__lt=at)
    for call in calls.select_related("case__account__customer__user", "case__place").order_by("due_at", "case__number"):
        _call_back(world, world.ledger.of(call.case), call, at)
    for case in _awaiting_sign_off(world):
        if case.owner is not None:
            owner, by = world.actor(case.owner, at), world.ledger.of(case).by
            world.do(by, cases.sign_off_for_customer, actor=owner, at=at, case_id=case.pk, words="电话确认已解决")


def _awaiting_sign_off(world: "World") -> list[Case]:
    done = WorkOrder.objects.filter(site=world.site, state=State.DONE, case_order__isnull=False)
    waiting = Case.objects.filter(pk__in=done.values("case_order__case_id"), state=CaseState.OPEN)
    busy = WorkOrder.objects.filter(site=world.site, state__in=TENDED, case_order__isnull=False)
    rows = waiting.exclude(pk__in=busy.values("case_order__case_id")).select_related("owner", "account", "place")
    return list(rows.order_by("number"))


@dataclass(frozen=True, slots=True)
class Said:
    """What the customer says."""

    answer: Answer
    score: int | None = None
    words: str = ""


def _call_back(world: "World", errand: Errand, call: FollowUp, at: datetime) -> None:
    """One try; of those who have the app, half answer there."""
    dice = errand.dice("answers")
    said = _say(errand, dice)
    online = said.answer not in (Answer.UNREACHABLE, Answer.REFUSED) and dice.random() < 0.5 and _has_app(call)
    tried = _answer_online(world, errand, call, said, at) if online else _answer(world, errand, call, said, at)
    if not tried:
        return
    world.tell(at, errand.by, f"{call.case.number} called back: {said.answer}")
    if said.answer is Answer.NOT_CONTENT:
        if call.case.reopened_count and dice.random() < 0.5:
            world.later(at + timedelta(hours=dice.uniform(1, 30)), errand.by, partial(_sign, world, errand))
        begin_again(world, errand, at)


def _has_app(call: FollowUp) -> bool:
    return call.case.account is not None and call.case.account.customer.user_id is not None


def _answer(world: "World", errand: Errand, call: FollowUp, said: Said, at: datetime) -> bool:
    caller = somebody(world, CLERKS, at, errand.dice("caller"))
    return caller is not None and bool(
        world.do_once(
            errand.by,
            lambda attempt: {"try": attempt.pk},
            cases.record_follow_up,
            actor=caller,
            at=at,
            follow_up_id=call.pk,
            answer=said.answer,
            score=said.score,
            words=said.words,
        )
    )


def _answer_online(world: "World", errand: Errand, call: FollowUp, said: Said, at: datetime) -> bool:
    user = call.case.account.customer.user if call.case.account else None
    return user is not None and bool(
        world.do_once(
            errand.by,
            lambda case: {"case": case.number},
            portal.answer,
            actor=world.actor(user, at),
            at=at,
            number=call.case.number,
            is_content=said.answer is Answer.CONTENT,
            score=said.score,
            words=said.words,
        )
    )


def _say(errand: Errand, dice: Random) -> Said:
    """Whether they answer, and what: bad work makes nearly everybody unhappy, late work those who are not calm."""
    habits = errand.habits
    if dice.random() > habits.answers:
        return Said(Answer.UNREACHABLE)
    if dice.random() < 0.02 + 0.05 * habits.temper:
        return Said(Answer.REFUSED)
    if errand.botched and dice.random() < 0.6 + 0.4 * habits.temper:
        return Said(Answer.NOT_CONTENT, dice.choice((1, 2)), dice.choice(UNHAPPY_WORDS))
    if dice.random() < habits.temper * (0.5 if errand.late else 0.05):
        return Said(Answer.NOT_CONTENT, dice.choice((1, 2)), dice.choice(LATE_WORDS if errand.late else UNHAPPY_WORDS))
    return Said(Answer.CONTENT, dice.choice((3, 4) if errand.late else (4, 5, 5)), dice.choice(HAPPY_WORDS))


def _sign(world: "World", errand: Errand, at: datetime) -> None:
    """Not content a second time: the next level has talked to them, and closes by signature."""
    chief = somebody(world, SIGNING, at, errand.dice("signs"))
    if chief is None:
        return
    if world.do(errand.by, cases.close_case, actor=chief, at=at, case_id=errand.case_id, words="已上门沟通，业主认可"):
        world.tell(at, errand.by, f"case closed by the signature of {chief.name}")
