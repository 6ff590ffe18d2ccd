"""Drawing samples of closed cases, and judging what was drawn."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.cases.actions import reopen_case
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.periods import in_force
from zhongshu.kernel.words import short, stated
from zhongshu.quality import policies
from zhongshu.quality.actions.inquiries import supervise
from zhongshu.quality.errors import AlreadyReviewed, NothingToDraw, OwnCase
from zhongshu.quality.events import CaseReviewed
from zhongshu.quality.kinds import Consequence
from zhongshu.quality.models import Sample, SampledCase, SamplingRate
from zhongshu.quality.permissions import WORK_QUALITY
from zhongshu.quality.queries import closed_between, not_found, rates, sampled
from zhongshu.work.permissions import vouched

ANSWERED_WITHIN = timedelta(days=3)
REASON = 200


@transaction.atomic
def set_rate(*, actor: Actor, at: datetime, percent: int, site: Site | None = None) -> SamplingRate:
    """The share from today on, of one site or of all that have no own. Raises NotFound, Invalid."""
    actor.require(WORK_QUALITY, site.pk if site else None)
    if not 1 <= percent <= 100:
        raise Invalid(_("抽样比例应在 1 到 100 之间。"), field="percent")
    today = day_of(at)
    running = SamplingRate.objects.select_for_update().filter(in_force(today), site=site).first()
    if running is None:
        rate = SamplingRate.objects.create(site=site, percent=percent, starts_on=today)
    elif running.starts_on == today:
        rate, running.percent = running, percent
        running.save(update_fields=["percent"])
    else:
        running.ends_on = today
        running.save(update_fields=["ends_on"])
        rate = SamplingRate.objects.create(site=site, percent=percent, starts_on=today)
    after = {"percent": percent, "starts_on": rate.starts_on}
    audit.record(actor=actor, at=at, verb="quality.set_rate", target=rate, after=after)
    return rate


@transaction.atomic
def draw_sample(*, actor: Actor, at: datetime, closed_from: date, closed_until: date, seed: str) -> Sample:
    """Draw among the cases closed from a day until (exclusive) another. The seed is kept: the draw can be repeated.

    Raises NotFound, Invalid, NothingToDraw.
    """
    actor.require(WORK_QUALITY)
    seed = stated(seed, field="seed", most=64, what=_("随机种子"))
    if closed_until <= closed_from:
        raise Invalid(_("结束日期须晚于开始日期。"), field="closed_until")
    cases = closed_between(actor, closed_from, closed_until)
    percents = rates({case.site_id for case in cases}, day_of(at))
    chosen = policies.drawn(cases, percents=percents, seed=seed)
    if not chosen:
        raise NothingToDraw(_("这段时间没有办结的报事。"), field="closed_from")
    sample = Sample.objects.create(
        drawn_at=at,
        drawn_by_id=actor.user_id,
        closed_from=closed_from,
        closed_until=closed_until,
        seed=seed,
        percents={str(site_id): percent for site_id, percent in percents.items()},
        population=len(cases),
    )
    SampledCase.objects.bulk_create(
        SampledCase(sample=sample, site_id=case.site_id, case_id=case.case_id, category=case.category)
        for case in chosen
    )
    after = {"seed": seed, "population": len(cases), "drawn": len(chosen)}
    audit.record(actor=actor, at=at, verb="quality.draw_sample", target=sample, after=after)
    return sample


@transaction.atomic
def review(
    *, actor: Actor, at: datetime, sampled_id: int, points: Mapping[str, int], consequence: str, words: str = ""
) -> SampledCase:
    """Points for each criterion; a fault opens the case again or a supervision, and needs words.

    Raises NotFound, AlreadyReviewed, OwnCase, Invalid, IllegalCaseMove when the case cannot be opened again.
    """
    row = _locked(actor, sampled_id)
    what, said = _checked(consequence, words)
    try:
        row.percent = policies.total(points)
    except ValueError as error:
        raise Invalid(_("每一项都要打 1 到 5 分。"), field="points") from error
    row.points, row.consequence, row.words = dict(points), what, said
    row.reviewed_at, row.reviewed_by_id = at, actor.user_id
    _follow(row, what, said, actor=actor, at=at)
    row.save()
    after = {"percent": row.percent, "consequence": what, "points": row.points}
    audit.record(actor=actor, at=at, verb="quality.review", target=row, after=after)
    publish(CaseReviewed(site_id=row.site_id, case_id=row.case_id, percent=row.percent, consequence=str(what)), at=at)
    return row


def _locked(actor: Actor, sampled_id: int) -> SampledCase:
    row = sampled(actor).filter(pk=sampled_id).select_for_update(of=("self",)).first()
    if row is None:
        raise not_found()
    actor.require(WORK_QUALITY, row.site_id)
    if row.reviewed_at is not None:
        raise AlreadyReviewed(_("这件报事已经评过。"))
    if row.case.owner_id is not None and row.case.owner_id == actor.user_id:
        raise OwnCase(_("不能评自己负责的报事。"))
    return row


def _checked(consequence: str, words: str) -> tuple[Consequence, str]:
    if consequence not in set(Consequence):
        raise Invalid(_("请选结论。"), field="consequence")
    what = Consequence(consequence)
    if what == Consequence.NONE:
        return what, short(words, field="words", most=1000, what=_("评语"))
    return what, stated(words, field="words", most=1000, what=_("问题说明"))


def _follow(row: SampledCase, what: Consequence, words: str, *, actor: Actor, at: datetime) -> None:
    if what == Consequence.REOPEN:
        reason = _("品质抽查：%(words)s") % {"words": words}
        reopen_case(actor=vouched(actor), at=at, case_id=row.case_id, reason=reason[:REASON])
    elif what == Consequence.SUPERVISE:
        due_at = at + ANSWERED_WITHIN
        row.inquiry = supervise(actor=actor, at=at, site=row.site, question=words, due_at=due_at, case=row.case)
