"""The quarter's survey: sent, answered by its link or on paper, followed up, summed up when it is over.

Who answers on which day follows from the household alone, so that no diary must be kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse

from zhongshu.community import actions as community
from zhongshu.community.kinds import AnswerWay, Question
from zhongshu.community.models import Answer, Invitation, Survey
from zhongshu.community.policies.quarters import first_workday, month_in_quarter, quarter_of
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.messaging.models import CustomerNotice
from zhongshu.simulation.charging import numbered
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.households import habits_of
from zhongshu.simulation.talking import MACHINE
from zhongshu.simulation.visiting import WISHES
from zhongshu.simulation.workers import CLERKS, somebody
from zhongshu.work import actions as work
from zhongshu.work.lifecycle import State
from zhongshu.work.models import WorkOrder

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

HOME: Final = "https://wuye.test"
SENDING: Final = (Role.SERVICE_LEAD, Role.SITE_MANAGER, Role.HEAD_OFFICE)
SENT_IN_MONTH: Final = 2
ANSWER, WITHIN, ON_PAPER = 0.3, 25, 0.35
HOUSEHOLD: Final = Actor(user_id=None, name="问卷链接", origin=Origin.SIMULATION)
STEPS: Final[Mapping[State, Callable[..., WorkOrder]]] = {
    State.DISPATCHED: work.accept,
    State.ACCEPTED: work.travel,
    State.TRAVELLING: work.arrive,
    State.ON_SITE: work.finish,
}


@dataclass(frozen=True, slots=True)
class Said:
    """How a household answers: so many days after the survey went out, by which way, with which marks and words."""

    after: timedelta
    way: AnswerWay
    marks: dict[str, int]
    problem: str


class Surveys:
    """Duties; who answers is drawn from the household."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/survey")
        if month_in_quarter(day) == SENT_IN_MONTH and day == first_workday(day):
            world.later(at_hour(day, 9.4), by, partial(_send, world, by))
        world.later(at_hour(day, 12.4), by, partial(_answer, world, by))
        world.later(at_hour(day, 15.6), by, partial(_follow_up, world, by))
        world.later(at_hour(day, 7.3), by, partial(_sum_up, world, by))


def _send(world: "World", by: Happening, at: datetime) -> None:
    sender = somebody(world, SENDING, at, by.dice("sender"))
    if sender is None or Survey.objects.filter(site=world.site, quarter=quarter_of(day_of(at))).exists():
        return
    if world.do_once(by, numbered, community.send_survey, actor=sender, at=at, site=world.site, home=HOME):
        world.tell(at, by, f"the survey of the quarter is sent by {sender.name}")


def _answer(world: "World", by: Happening, at: datetime) -> None:
    """Those whose day it is: by the link they were sent, or on paper that somebody types in."""
    survey = Survey.objects.filter(site=world.site, sent_at__gt=at - timedelta(days=WITHIN + 1), sent_at__lt=at).first()
    if survey is None:
        return
    clerk, day = somebody(world, CLERKS, at, by.dice("clerk")), day_of(at)
    for asked in Invitation.objects.filter(survey=survey, answer=None).select_related("account").order_by("account"):
        said = answer_of(world.seed, asked.account.number, survey.quarter)
        if said is None or day_of(survey.sent_at) + said.after != day:
            continue
        told: dict[str, Any] = {"marks": said.marks, "problem": said.problem}
        token = _link(survey, asked) if said.way is AnswerWay.LINK else ""
        if token:
            world.do_once(by, numbered, community.answer_by_link, actor=HOUSEHOLD, at=at, token=token, **told)
        elif clerk is not None:
            typed: dict[str, Any] = {"invitation_id": asked.pk, **told}
            world.do_once(by, numbered, community.type_answer, actor=clerk, at=at, **typed)


def answer_of(seed: str, number: str, quarter: date) -> Said | None:
    """The same household answers the same; most do not. Bad tempers give bad marks and have more to say."""
    dice = Random(f"{seed}:survey:{number}:{quarter}")  # noqa: S311
    if dice.random() > ANSWER:
        return None
    temper = habits_of(seed, number).temper
    marks = {
        each.value: max(1, min(5, round(5 - 2.6 * temper * dice.random() - 0.6 * dice.random()))) for each in Question
    }
    problem = dice.choice(WISHES) if dice.random() < 0.1 + 0.3 * temper else ""
    way = AnswerWay.PAPER if dice.random() < ON_PAPER else AnswerWay.LINK
    return Said(timedelta(days=dice.randint(0, WITHIN)), way, marks, problem)


def _link(survey: Survey, asked: Invitation) -> str:
    """The secret in the message that the customer got."""
    key = f"survey:{survey.pk}:{asked.account_id}"
    body = CustomerNotice.objects.filter(dedupe_key=key).values_list("body", flat=True).first() or ""
    before = HOME + reverse("community:answer", args=["token"]).partition("token")[0]
    found = re.search(re.escape(before) + r"([\w-]+)", body)
    return found[1] if found else ""


def _follow_up(world: "World", by: Happening, at: datetime) -> None:
    """What was answered badly is asked about: each order goes a step further, in the keeper's own time."""
    for order in _followed(world):
        staff = order.assignee
        if staff is None or by.dice(f"sees to {order.number}").random() < 0.3:
            continue
        for _step in STEPS:
            order.refresh_from_db()
            if (act := STEPS.get(State(order.state))) is None:
                break
            said = {"note": "已与客户沟通，记录诉求"} if act is work.finish else {}
            world.do(by, act, actor=world.actor(staff.user, at), at=at, order_id=order.pk, **said)


def _followed(world: "World") -> Iterator[WorkOrder]:
    """Orders that came of answers and are not done."""
    waiting = Answer.objects.filter(site=world.site, order__state__in=STEPS).order_by("order__number")
    for answer in waiting.select_related("order__assignee__user", "order__site", "order__place"):
        if answer.order is not None:
            yield answer.order


def _sum_up(world: "World", by: Happening, at: datetime) -> None:
    for survey in Survey.objects.filter(site=world.site, summed_up_at=None, closes_on__lte=day_of(at)):
        world.do(by, community.sum_up, actor=MACHINE, at=at, survey_id=survey.pk)
