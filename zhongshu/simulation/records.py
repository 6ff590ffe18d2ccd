"""Plans and records that the bands ask for, and customers who want a person to look at their score.

What waits is found in the tables, so that no diary must be kept.
"""

from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from zhongshu.care import actions as care
from zhongshu.care.kinds import ReviewOutcome
from zhongshu.care.models import ImprovementPlan, PriorityRecord, ReviewRequest, Standing
from zhongshu.care.queries.contesting import contested
from zhongshu.care.queries.following import REVIEWERS
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.surveys import HOUSEHOLD
from zhongshu.simulation.workers import present, somebody

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

ASKS, WRITES, ANSWERS, GIVES_BACK = 0.02, 0.4, 0.3, 0.25
REVIEWING: Final = (Role.SITE_MANAGER, Role.HEAD_OFFICE)
PLAN: Final = "每月上门一次，先把维修和停车的问题解决，再谈物业费；月底回看一次。"
REVIEW: Final = "本月已上门两次，客户对电梯维修有意见，已转工程部跟进；下月再看。"
WISH: Final = "上个月我已经把情况讲清楚了，请再看一下为什么扣分。"
UPHELD: Final = "账单和通知都已核对，欠费属实，扣分不变；交清之后会按规则恢复。"
CORRECTED: Final = "经核对，当时已约定缓交，这一条不应扣分，已退回。"


class Records:
    """`day/review`; the rest are duties."""

    def plan_day(self, world: "World", day: date) -> None:
        if not world.charging.has_begun(day):
            return
        by = world.happening(f"{day}/review")
        if by.dice("asks").random() < ASKS:
            world.plan(at_hour(day, by.dice("time").uniform(9, 20)), by.id, partial(_ask, world, by))
        duty = world.happening(f"{day}/records")
        world.later(at_hour(day, 15.4), duty, partial(_go_through, world, duty))


def _ask(world: "World", by: Happening, at: datetime) -> None:
    """One of those whose score has fallen does not see why."""
    rows = Standing.objects.filter(site=world.site, score__lt=95, account__ends_on=None).select_related("account")
    fallen = list(rows.order_by("account__number"))
    if fallen:
        account = by.dice("who").choice(fallen).account
        world.do(by, care.ask_review, actor=HOUSEHOLD, at=at, account=account, words=WISH)


def _go_through(world: "World", by: Happening, at: datetime) -> None:
    for plan in ImprovementPlan.objects.filter(site=world.site, done_at=None).select_related("owner").order_by("pk"):
        writer = _there(world, by, plan.owner, at, (Role.SITE_MANAGER,))
        if writer is not None and by.dice("writes").random() < WRITES:
            world.do(by, care.write_plan, actor=writer, at=at, plan_id=plan.pk, text=PLAN)
    due = PriorityRecord.objects.filter(site=world.site, closed_on=None, review_on__lte=day_of(at))
    for record in due.select_related("owner").order_by("pk"):
        manager = _there(world, by, record.owner, at, REVIEWING)
        if manager is not None:
            said: dict[str, Any] = {"record_id": record.pk, "text": REVIEW}
            world.do_once(by, lambda row: {"row": row.pk}, care.review_priority, actor=manager, at=at, **said)
    waiting = ReviewRequest.objects.filter(site=world.site, outcome=ReviewOutcome.WAITING, asked_at__lt=at)
    for request in waiting.order_by("pk"):
        if by.dice("answers").random() < ANSWERS:
            _answer(world, by, request, at)


def _there(world: "World", by: Happening, owner: User | None, at: datetime, roles: tuple[Role, ...]) -> Any:
    """The owner, when they are on shift; where it is nobody's, somebody of the roles."""
    if owner is None:
        return somebody(world, roles, at, by.dice("instead"))
    return world.actor(owner, at) if owner.pk in {staff.user_id for staff in present(world, at)} else None


def _answer(world: "World", by: Happening, request: ReviewRequest, at: datetime) -> None:
    """Mostly the points are right; now and then the last of them is given back."""
    reviewer, lines = somebody(world, REVIEWERS, at, by.dice("reviewer")), contested(request, day_of(at))
    back = [lines[-1].entry_id] if lines and by.dice("gives back").random() < GIVES_BACK else []
    if reviewer is not None:
        said: dict[str, Any] = {"request_id": request.pk, "answer": CORRECTED if back else UPHELD, "entries": back}
        world.do(by, care.answer_review, actor=reviewer, at=at, **said)
