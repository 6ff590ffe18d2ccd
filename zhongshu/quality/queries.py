"""All reads of quality."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.cases.kinds import CRITERIA, Criterion
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, Judgement
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import NotFound
from zhongshu.kernel.periods import in_force
from zhongshu.quality.kinds import Consequence, Direction, InquiryState, Verdict
from zhongshu.quality.models import (
    EscalationResponse,
    Inquiry,
    JudgementSample,
    Sample,
    SampledCase,
    SampledJudgement,
    SamplingRate,
    StandardAdoption,
)
from zhongshu.quality.permissions import RESPOND, SEES_ALL, VIEW_INQUIRIES, VIEW_RESULTS, WORK_QUALITY
from zhongshu.quality.policies import DEFAULT_PERCENT, ClosedCase, drawn_by_judge
from zhongshu.work.errors import TargetsMissing
from zhongshu.work.kinds import STAGE_LABELS, URGENCY_LABELS, EscalationRole, OrderKind, Stage, Urgency
from zhongshu.work.models import EscalationStep
from zhongshu.work.policies.standards import KEYS, MINUTES, Row, Standard
from zhongshu.work.queries import Ladder, orders_visible, policy_for

# Inquiries


def inquiries_visible(actor: Actor) -> QuerySet[Inquiry]:
    """The department's and the site managers' are all of their sites; keepers and supervisors see what they asked."""
    rows = actor.visible(Inquiry.objects.all(), VIEW_INQUIRIES)
    wide = {grant.site_id for grant in actor.grants if grant.role in SEES_ALL}
    if actor.is_system or None in wide:
        return rows
    return rows.filter(Q(site_id__in=wide) | Q(asked_by=actor.user_id))


def inquiry_by_number(actor: Actor, number: str) -> Inquiry:
    """Raises NotFound, also for what the actor may not see."""
    rows = inquiries_visible(actor).filter(number=number)
    found = rows.select_related("site", "case", "order", "asked_by", "handler").first()
    if found is None:
        raise not_found()
    return found


def not_found() -> NotFound:
    """The one answer for what is absent and for what is not yours."""
    return NotFound(_("没有找到，或者您无权查看。"))


def listed(rows: QuerySet[Inquiry]) -> QuerySet[Inquiry]:
    """What waits first, the earliest due first; then what is over."""
    return rows.select_related("site", "case", "order", "asked_by", "handler").order_by("closed_at", "due_at", "pk")


def waiting(actor: Actor, direction: Direction, state: InquiryState) -> QuerySet[Inquiry]:
    """Those in a direction and state that the actor may see."""
    return inquiries_visible(actor).filter(direction=direction, state=state)


# Escalations


def unanswered(actor: Actor, *, at: datetime) -> QuerySet[EscalationStep]:
    """Steps that have fired, of orders that have not ended, whose level has done nothing since: they remain.

    The department sees those of all levels, everybody else what they were told.
    """
    done = EscalationResponse.objects.filter(
        order=OuterRef("clock__order"), level=OuterRef("role"), at__gte=OuterRef("fired_at")
    )
    rows = EscalationStep.objects.filter(~Exists(done), fired_at__lte=at, clock__order__ended_at__isnull=True)
    return steps_listed(_seen(actor, rows))


def _seen(actor: Actor, rows: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    visible = actor.visible(rows, RESPOND)
    if actor.is_system:
        return visible
    mine = Q(told__contains=[actor.user_id])
    sites = actor.sites(WORK_QUALITY)
    return visible if sites is None else visible.filter(Q(site_id__in=sites) | mine)


def steps_listed(rows: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    """The highest level first, then the oldest."""
    related = ("site", "clock__order__place", "clock__order__assignee__user", "clock__order__team__lead__user")
    return rows.select_related(*related).order_by("-percent", "fired_at", "pk")


def told_me(actor: Actor, rows: QuerySet[EscalationStep]) -> QuerySet[EscalationStep]:
    """Of the steps those that the actor was told."""
    return rows.filter(told__contains=[actor.user_id])


def step_by_id(actor: Actor, step_id: int) -> EscalationStep:
    """A step that has fired. Raises NotFound for what the actor was not told, unless they hold its level."""
    rows = actor.visible(EscalationStep.objects.filter(pk=step_id, fired_at__isnull=False), RESPOND)
    step = steps_listed(rows).first()
    if step is None or not (may_answer(actor, step) or _seen(actor, rows).exists()):
        raise not_found()
    return step


def may_answer(actor: Actor, step: EscalationStep) -> bool:
    """Whoever was told, and whoever stands on that rung now."""
    if actor.is_system or actor.user_id in step.told:
        return True
    order = step.clock.order
    on = day_of(step.fired_at or step.due_at)
    rung = Ladder([step.site_id], on).of(order, Stage(step.clock.stage)).get(EscalationRole(step.role), frozenset())
    return actor.user_id in rung and orders_visible(actor).filter(pk=order.pk).exists()


def responses_to(step: EscalationStep) -> list[EscalationResponse]:
    """What every level has done about the order so far."""
    return list(EscalationResponse.objects.filter(order=step.clock.order_id).select_related("inquiry"))


def is_answered(step: EscalationStep) -> bool:
    """Whether its level has done something since it fired."""
    rows = EscalationResponse.objects.filter(order=step.clock.order_id, level=step.role, at__gte=step.fired_at)
    return rows.exists()


# Samples


def rates(site_ids: Iterable[int], on: date) -> dict[int, int]:
    """The share of each site, its own before the company's."""
    rows: dict[int | None, int] = {rate.site_id: rate.percent for rate in SamplingRate.objects.filter(in_force(on))}
    return {site_id: rows.get(site_id) or rows.get(None, DEFAULT_PERCENT) for site_id in site_ids}


def closed_between(actor: Actor, since: date, until: date) -> list[ClosedCase]:
    """The cases of the actor's sites that were closed from the day `since` until (exclusive) the day `until`."""
    rows = actor.visible(Case.objects.filter(state=CaseState.CLOSED), WORK_QUALITY)
    rows = rows.filter(closed_at__date__gte=since, closed_at__date__lt=until)
    return [ClosedCase(*row) for row in rows.values_list("pk", "number", "site_id", "category")]


def samples_listed(actor: Actor) -> QuerySet[Sample]:
    """Samples with how many cases of the actor's sites they hold, and how many of those are reviewed."""
    sites = actor.sites(VIEW_RESULTS)
    theirs = Q() if sites is None else Q(cases__site_id__in=sites)
    reviewed = Count("cases", filter=theirs & Q(cases__reviewed_at__isnull=False))
    rows = Sample.objects.select_related("drawn_by").annotate(size=Count("cases", filter=theirs), reviewed=reviewed)
    return rows.filter(size__gt=0).order_by("-pk")


def sample_by_id(actor: Actor, sample_id: int) -> Sample:
    """Raises NotFound."""
    sample = samples_listed(actor).filter(pk=sample_id).first()
    if sample is None:
        raise not_found()
    return sample


def sampled(actor: Actor) -> QuerySet[SampledCase]:
    """Sampled cases of the actor's sites."""
    rows = actor.visible(SampledCase.objects.all(), VIEW_RESULTS)
    return rows.select_related("site", "case__owner", "reviewed_by", "inquiry", "sample")


def sampled_by_id(actor: Actor, sampled_id: int) -> SampledCase:
    """Raises NotFound."""
    found = sampled(actor).filter(pk=sampled_id).first()
    if found is None:
        raise not_found()
    return found


def results(actor: Actor, sample: Sample) -> list[Any]:
    """Of each site: drawn, reviewed, points in per cent on average, faults. One statement."""
    rows = sampled(actor).filter(sample=sample).order_by().values("site__code", "site__name")
    faults = Q(consequence__in=[Consequence.REOPEN, Consequence.SUPERVISE])
    return list(
        rows.annotate(
            drawn=Count("pk"),
            reviewed=Count("reviewed_at"),
            percent=Avg("percent"),
            faults=Count("pk", filter=faults),
        ).order_by("site__code")
    )


# Judgements


def next_month(month: date) -> date:
    """The first day of the next."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(day: date) -> date:
    """The first day of the month that ended before that day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def judged_in(site_id: int, month: date) -> list[tuple[int, int]]:
    """Judgements of a site in the month that begins that day, each with its judge: what may be drawn."""
    ends = Q(at__date__gte=month, at__date__lt=next_month(month))
    rows = Judgement.objects.filter(ends, site_id=site_id, reverses=None, by__isnull=False)
    return [(pk, by_id or 0) for pk, by_id in rows.order_by("pk").values_list("pk", "by_id")]


def judgement_samples(actor: Actor) -> QuerySet[JudgementSample]:
    """The latest month first, with how many judgements were drawn and looked at."""
    rows = actor.visible(JudgementSample.objects.select_related("site", "drawn_by"), VIEW_RESULTS)
    counted = rows.annotate(size=Count("judgements"), reviewed=Count("judgements__reviewed_at"))
    return counted.order_by("-month", "site__code")


def judgement_sample_by_id(actor: Actor, sample_id: int) -> JudgementSample:
    """Raises NotFound."""
    found = judgement_samples(actor).filter(pk=sample_id).first()
    if found is None:
        raise not_found()
    return found


def sampled_judgements(actor: Actor) -> QuerySet[SampledJudgement]:
    """Judgements drawn at the actor's sites."""
    rows = actor.visible(SampledJudgement.objects.all(), VIEW_RESULTS)
    return rows.select_related("site", "sample", "judgement__case", "judgement__by", "reviewed_by", "revision")


def sampled_judgement_by_id(actor: Actor, sampled_id: int) -> SampledJudgement:
    """Raises NotFound."""
    found = sampled_judgements(actor).filter(pk=sampled_id).first()
    if found is None:
        raise not_found()
    return found


def criteria_named(codes: Iterable[str]) -> list[str]:
    """The written criteria that a judgement says were met, in words."""
    return [str(CRITERIA[Criterion(code)][1]) for code in codes]


def judges_of_sample(sample: JudgementSample) -> list[Any]:
    """Of each judge: drawn, looked at, with advice, revised. One statement."""
    rows = sample.judgements.order_by().values("judgement__by", "judgement__by__name")
    counts = {
        "drawn": Count("pk"),
        "reviewed": Count("reviewed_at"),
        "advised": Count("pk", filter=Q(verdict=Verdict.ADVISED)),
        "revised": Count("pk", filter=Q(verdict=Verdict.REVISED)),
    }
    return list(rows.annotate(**counts).order_by("judgement__by__name", "judgement__by"))


def draws_the_same(sample: JudgementSample) -> bool:
    """Whether seed and share draw today what was drawn then. Two statements."""
    again = drawn_by_judge(judged_in(sample.site_id, sample.month), percent=sample.percent, seed=sample.seed)
    return set(again) == set(sample.judgements.values_list("judgement", flat=True))


# The window


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue of the window: how many wait, how many of them are late, and the first of them."""

    waiting: int
    late: int
    first: Sequence[Inquiry]


def queue(actor: Actor, direction: Direction, state: InquiryState, *, at: datetime) -> Queue:
    """Two statements."""
    rows = waiting(actor, direction, state)
    counted = rows.aggregate(waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    return Queue(counted["waiting"], counted["late"], list(listed(rows)[:5]))


# Standards


@dataclass(frozen=True, slots=True)
class Change:
    """A number of a promise: as it is in force, as the standard has it. Minutes."""

    urgency: str
    kind: str
    category: str
    name: str
    now: int | None
    then: int | None


def changes(site: Site, standard: Standard, on: date) -> list[Change]:
    """What would change for the site on that day; numbers that stay are left out."""
    found = []
    for row in standard.rows:
        found += [change for change in _compared(site, row, on) if change.now != change.then]
    return found


def _compared(site: Site, row: Row, on: date) -> list[Change]:
    key = {name: row[name] for name in KEYS}
    # A kind that no row names stands for all that are no complaints.
    asked = key | {"kind": key["kind"] or OrderKind.REPAIR.value}
    try:
        policy = policy_for(site_id=site.pk, on=on, **asked)
    except TargetsMissing:
        policy = None
    names = (*MINUTES, "follow_up_percent", "follow_up_hours")
    return [Change(**key, name=name, now=getattr(policy, name, None), then=row[name]) for name in names]


def adoptions(site_id: int) -> QuerySet[StandardAdoption]:
    """What the site took on, the latest first."""
    return StandardAdoption.objects.filter(site_id=site_id).select_related("adopted_by", "undone_by", "site")


def adopted_at(site_id: int, on: date) -> StandardAdoption | None:
    """The standard in force at the site; None: the company's own targets."""
    return adoptions(site_id).filter(undone_at__isnull=True, starts_on__lte=on).first()


def adoption_by_id(actor: Actor, adoption_id: int) -> StandardAdoption:
    """Raises NotFound."""
    rows = actor.visible(StandardAdoption.objects.select_related("site"), WORK_QUALITY)
    found = rows.filter(pk=adoption_id).first()
    if found is None:
        raise not_found()
    return found


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise and how it was kept: of `due` targets `kept` were met in time."""

    urgency: str
    stage: str
    minutes: int | None
    office_hours: bool
    due: int
    kept: int

    @property
    def urgency_label(self) -> str:
        return str(URGENCY_LABELS[Urgency(self.urgency)])

    @property
    def stage_label(self) -> str:
        return str(STAGE_LABELS[Stage(self.stage)])

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means every one."""
        return self.kept * 100 // self.due if self.due else None


PUBLISHED = {
    Stage.ACKNOWLEDGE: "acknowledge_minutes",
    Stage.ARRIVE: "arrive_minutes",
    Stage.FINISH: "finish_minutes",
}


def quarter_before(day: date) -> tuple[date, date]:
    """The last full quarter before a day: its first day, and the first day after it."""
    until = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    since = date(until.year - 1, 10, 1) if until.month == 1 else date(until.year, until.month - 3, 1)
    return since, until


def promises(site_id: int, on: date) -> list[Kept]:
    """What the site promises today, and how it kept it in the last full quarter. Counted from the clocks, in SQL."""
    since, until = quarter_before(on)
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"site": site_id, "since": since, "until": until})
        counted = {(urgency, stage): (due, kept) for urgency, stage, due, kept in cursor.fetchall()}
    found = []
    for urgency in ("P1", "P2", "P3", "P4"):
        try:
            policy = policy_for(site_id=site_id, kind=OrderKind.REPAIR, category="", urgency=urgency, on=on)
        except TargetsMissing:
            continue
        for stage, column in PUBLISHED.items():
            minutes, (due, kept) = getattr(policy, column), counted.get((urgency, stage), (0, 0))
            if minutes is not None:
                found.append(Kept(urgency, stage, minutes, policy.office_hours, due, kept))
    return found


# A target that was still running when its order was withdrawn is no promise broken.
_KEPT = """
    SELECT wanted.urgency, clock.stage, count(*), count(*) FILTER (WHERE clock.stopped_at <= clock.target_at)
    FROM work_slaclock AS clock JOIN work_workorder AS wanted ON wanted.id = clock.order_id
    WHERE clock.site_id = %(site)s AND wanted.kind <> 'complaint'
        AND clock.stage IN ('acknowledge', 'arrive', 'finish')
        AND clock.target_at >= %(since)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND clock.target_at < %(until)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
        AND NOT (wanted.state = 'withdrawn' AND clock.stopped_at = wanted.ended_at)
    GROUP BY wanted.urgency, clock.stage
"""
