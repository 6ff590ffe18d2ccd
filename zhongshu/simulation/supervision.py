"""The quality department and those it works with: help, supervision, samples, escalations, what must be read."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.knowledge import actions as knowledge
from zhongshu.knowledge.models import ReadRequest, ReadTask
from zhongshu.knowledge.queries.articles import in_force_at
from zhongshu.quality import actions as quality
from zhongshu.quality.kinds import Consequence, Criterion, Direction, InquiryState, Said
from zhongshu.quality.models import Inquiry, Sample, SampledCase
from zhongshu.simulation.happenings import Happening
from zhongshu.simulation.hours import at_hour
from zhongshu.simulation.workers import somebody
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.models import EscalationStep
from zhongshu.work.policies.measures import MEASURES

if TYPE_CHECKING:
    from zhongshu.simulation.world import World

ASKS_FOR_HELP, ANSWERS_STEP, SENT_BACK, FAULT = 0.02, 0.5, 0.15, 0.08
ASKING = (Role.KEEPER, Role.SUPERVISOR, Role.SERVICE_LEAD, Role.SITE_MANAGER)
DEPARTMENT = (Role.QUALITY, Role.HEAD_OFFICE)
ANSWERABLE = (Role.SERVICE_LEAD, Role.SITE_MANAGER)
QUESTIONS = ("外墙渗水维修能否动用维修资金？", "业主要求免除物业费，如何答复？", "连续投诉噪音，需要法务支持")


class Supervision:
    """`day/help`; the rest are duties: inquiries and escalations answered, samples and reading monthly."""

    def plan_day(self, world: "World", day: date) -> None:
        by = world.happening(f"{day}/help")
        if by.dice("asks").random() < ASKS_FOR_HELP * min(2.0, world.per_day):
            world.plan(at_hour(day, by.dice("time").uniform(9, 17)), by.id, partial(ask_quality, world, by))
        duty = world.happening(f"{day}/supervision")
        world.later(at_hour(day, 14.5), duty, partial(_go_through, world, duty))
        if day.day == 5:
            world.later(at_hour(day, 15), duty, partial(_sample, world, duty))
            world.later(at_hour(day, 9.2), duty, partial(_have_read, world, duty))


def ask_quality(world: "World", by: Happening, at: datetime) -> None:
    """Somebody who answers for the site has a question to the department."""
    asker = somebody(world, ASKING, at, by.dice("asker"))
    if asker is not None:
        dice = by.dice("question")
        said: dict[str, Any] = {"question": dice.choice(QUESTIONS), "is_urgent": dice.random() < 0.2}
        world.do_once(by, _pk, quality.ask_for_help, actor=asker, at=at, site=world.site, **said)


def _pk(row: Any) -> dict[str, int]:
    return {"row": row.pk}


def _go_through(world: "World", by: Happening, at: datetime) -> None:
    """Every afternoon: what is asked is answered, what is answered accepted or sent back; steps get their measure."""
    running = Inquiry.objects.filter(site=world.site).exclude(state=InquiryState.CLOSED)
    for inquiry in running.select_related("asked_by").order_by("number"):
        _see_to(world, by, inquiry, at)
    since = at - timedelta(days=1)
    for step in EscalationStep.objects.filter(
        site=world.site, fired_at__gte=since, fired_at__lt=at, percent__gte=80, clock__order__ended_at__isnull=True
    ).order_by("clock__order__number", "clock__stage", "percent"):
        _respond(world, by, step, at)
    for task in (
        ReadTask.objects.filter(request__site=world.site, read_at__isnull=True)
        .select_related("user", "request")
        .order_by("request", "user__username")
    ):
        if by.dice(f"reads {task.user.username}").random() < 0.3:
            said: dict[str, Any] = {"article_id": task.request.article_id}
            world.do(by, knowledge.confirm_read, actor=world.actor(task.user, at), at=at, **said)


def _see_to(world: "World", by: Happening, inquiry: Inquiry, at: datetime) -> None:
    dice, help_wanted = by.dice("inquiry"), inquiry.direction == Direction.HELP
    said: dict[str, Any] = {"inquiry_id": inquiry.pk}
    if inquiry.state == InquiryState.OPEN:
        answering = somebody(world, DEPARTMENT if help_wanted else ANSWERABLE, at, dice)
        if answering is None or dice.random() < 0.3:
            return
        if inquiry.handler_id is None:
            world.do(by, quality.take, actor=answering, at=at, **said)
        words: dict[str, Any] = {
            "kind": Said.ADVICE if help_wanted else Said.ANSWER,
            "text": "按制度第三章办理，已附范本。",
        }
        world.do(by, quality.answer, actor=answering, at=at, **said, **words)
        return
    asker = _asker(world, by, inquiry, at)
    if asker is None:
        return
    if dice.random() < SENT_BACK:
        world.do(by, quality.send_back, actor=asker, at=at, **said, text="请具体说明")
    else:
        world.do(by, quality.accept_answer, actor=asker, at=at, **said)


def _asker(world: "World", by: Happening, inquiry: Inquiry, at: datetime) -> Actor | None:
    if inquiry.asked_by is not None:
        return world.actor(inquiry.asked_by, at)
    return somebody(world, DEPARTMENT, at, by.dice("asker"))


def _respond(world: "World", by: Happening, step: EscalationStep, at: datetime) -> None:
    dice = by.dice("step")
    told = User.objects.filter(pk__in=step.told, is_active=True).order_by("username").first()
    if told is None or dice.random() > ANSWERS_STEP:
        return
    measure = dice.choice(MEASURES[EscalationRole(step.role)])
    said: dict[str, Any] = {"step_id": step.pk, "measure": measure, "words": "已安排，今日内处理完"}
    world.do(by, quality.respond, actor=world.actor(told, at), at=at, **said)


def _sample(world: "World", by: Happening, at: datetime) -> None:
    """On the fifth of a month, of what was closed in the month before."""
    reviewer = somebody(world, DEPARTMENT, at, by.dice("samples"))
    until = day_of(at).replace(day=1)
    since = (until - timedelta(days=1)).replace(day=1)
    if reviewer is None:
        return
    said: dict[str, Any] = {"closed_from": since, "closed_until": until, "seed": f"{world.site.code}-{since:%Y-%m}"}
    drawn = world.do_once(by, _drawn, quality.draw_sample, actor=reviewer, at=at, **said)
    for nth, sampled_id in enumerate(drawn["cases"] if drawn else ()):
        reviewed_at = at + timedelta(minutes=10 * (nth + 1))
        world.later(reviewed_at, by, partial(_review, world, by, reviewer, sampled_id))


def _drawn(sample: Sample) -> dict[str, list[int]]:
    return {"cases": list(SampledCase.objects.filter(sample=sample).order_by("pk").values_list("pk", flat=True))}


def _review(world: "World", by: Happening, reviewer: Actor, sampled_id: int, at: datetime) -> None:
    dice = by.dice("review")
    points = {criterion.value: dice.choice((3, 4, 4, 5, 5)) for criterion in Criterion}
    fault = dice.choice((Consequence.REOPEN, Consequence.SUPERVISE)) if dice.random() < FAULT else Consequence.NONE
    said: dict[str, Any] = {
        "sampled_id": sampled_id,
        "points": points,
        "consequence": fault,
        "words": "记录不完整" if fault else "",
    }
    world.do(by, quality.review, actor=reviewer, at=at, **said)


def _have_read(world: "World", by: Happening, at: datetime) -> None:
    """One article a month that everybody at the scene must read."""
    manager = somebody(world, (Role.SITE_MANAGER, Role.HEAD_OFFICE), at, by.dice("asks to read"))
    articles = list(in_force_at(world.site.pk, day_of(at)).order_by("article__code").values_list("article", flat=True))
    if manager is None or not articles:
        return
    said: dict[str, Any] = {
        "article_id": by.dice("article").choice(articles),
        "site": world.site,
        "due_on": day_of(at) + timedelta(days=7),
        "roles": [Role.GUARD, Role.KEEPER],
    }
    world.do_once(by, _request, knowledge.ask_to_read, actor=manager, at=at, **said)


def _request(request: ReadRequest) -> dict[str, int]:
    return {"request": request.pk}
