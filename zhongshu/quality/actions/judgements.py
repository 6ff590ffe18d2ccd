"""Looking at judgements of complaints again: a draw each month, a share of each judge's."""

from collections.abc import Collection
from datetime import date, datetime
from secrets import token_hex
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.cases.actions import revise_judgement
from zhongshu.cases.kinds import Criterion, Severity
from zhongshu.cases.queries.standing import judgement_in_force
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.words import short, stated
from zhongshu.messaging.actions import tell
from zhongshu.quality import policies
from zhongshu.quality.errors import AlreadyDrawn, AlreadyReviewed, NothingToDraw, OwnCase
from zhongshu.quality.kinds import Verdict
from zhongshu.quality.models import JudgementSample, SampledJudgement
from zhongshu.quality.permissions import WORK_QUALITY
from zhongshu.quality.queries import judged_in, next_month, not_found, rates, sampled_judgements


def draw_judgements(*, actor: Actor, at: datetime, site: Site, month: date, seed: str | None = None) -> JudgementSample:
    """Draw among the judgements of a month that is over (any day of it): once. Without a seed a random one, so that
    nobody knows beforehand what will be looked at. Raises NotFound, Invalid, NothingToDraw, AlreadyDrawn.
    """
    actor.require(WORK_QUALITY, site.pk)
    first = month.replace(day=1)
    if next_month(first) > day_of(at):
        raise Invalid(_("这个月还没有结束。"), field="month")
    try:
        with transaction.atomic():
            return _drawn(site, first, seed or token_hex(8), actor=actor, at=at)
    except IntegrityError as error:
        raise AlreadyDrawn(_("这个月的裁定已经抽取过。"), field="month") from error


def _drawn(site: Site, month: date, seed: str, *, actor: Actor, at: datetime) -> JudgementSample:
    judged, percent = judged_in(site.pk, month), rates([site.pk], day_of(at))[site.pk]
    if not judged:
        raise NothingToDraw(_("这个月没有裁定。"), field="month")
    sample = JudgementSample.objects.create(
        site=site,
        month=month,
        drawn_at=at,
        drawn_by_id=actor.user_id,
        seed=seed,
        percent=percent,
        population=len(judged),
    )
    chosen = policies.drawn_by_judge(judged, percent=percent, seed=seed)
    SampledJudgement.objects.bulk_create(
        SampledJudgement(sample=sample, site=site, judgement_id=judgement_id) for judgement_id in chosen
    )
    after = {"month": month, "seed": seed, "population": len(judged), "drawn": len(chosen)}
    audit.record(actor=actor, at=at, verb="quality.draw_judgements", target=sample, after=after)
    return sample


@transaction.atomic
def review_judgement(
    *,
    actor: Actor,
    at: datetime,
    sampled_id: int,
    verdict: Verdict,
    words: str = "",
    severity: Severity | None = None,
    points: int | None = None,
    criteria: Collection[Criterion] = (),
) -> SampledJudgement:
    """What the department thinks of it. Not agreed needs words, which the judge is told; revised also judges anew:
    the old judgement is reversed, nothing is edited. Raises NotFound, AlreadyReviewed, OwnCase, Invalid, and what
    `revise_judgement` raises.
    """
    row = _locked(actor, sampled_id)
    said = _words(verdict, words)
    if verdict == Verdict.REVISED:
        row.revision = _revised(row, said, severity, points, criteria, actor=actor, at=at)
    row.verdict, row.words, row.reviewed_at, row.reviewed_by_id = verdict, said, at, actor.user_id
    row.save()
    after: dict[str, Any] = {"verdict": verdict, "words": said}
    audit.record(actor=actor, at=at, verb="quality.review_judgement", target=row, after=after)
    if verdict != Verdict.AGREED:
        _tell_judge(row, at)
    return row


def _locked(actor: Actor, sampled_id: int) -> SampledJudgement:
    row = sampled_judgements(actor).filter(pk=sampled_id).select_for_update(of=("self",)).first()
    if row is None:
        raise not_found()
    actor.require(WORK_QUALITY, row.site_id)
    if row.reviewed_at is not None:
        raise AlreadyReviewed(_("这份裁定已经评过。"))
    if actor.user_id is not None and row.judgement.by_id == actor.user_id:
        raise OwnCase(_("不能评自己作出的裁定。"))
    return row


def _words(verdict: Verdict, words: str) -> str:
    what = _("评语")
    if verdict == Verdict.AGREED:
        return short(words, field="words", most=500, what=what)
    return stated(words, field="words", most=500, what=what)


def _revised(
    row: SampledJudgement,
    words: str,
    severity: Severity | None,
    points: int | None,
    criteria: Collection[Criterion],
    *,
    actor: Actor,
    at: datetime,
) -> Any:
    if judgement_in_force(row.judgement.case_id) != row.judgement:
        raise Invalid(_("这份裁定已经修正过，不再有效。"), field="verdict")
    if severity is None or points is None:
        raise Invalid(_("修正裁定要写明新的裁定和扣分。"), field="severity")
    ruling: dict[str, Any] = {"severity": severity, "points": points, "criteria": criteria, "note_text": words}
    return revise_judgement(actor=actor, at=at, case_id=row.judgement.case_id, **ruling)


def _tell_judge(row: SampledJudgement, at: datetime) -> None:
    case = row.judgement.case
    tell(
        recipient_ids=[row.judgement.by_id] if row.judgement.by_id else [],
        site_id=row.site_id,
        kind="judgement_reviewed",
        title=_("品质部评查了您对投诉 %(number)s 的裁定：%(verdict)s")
        % {"number": case.number, "verdict": row.get_verdict_display()},
        body=row.words,
        link=reverse("cases:complaint", args=[case.number]),
        dedupe_key=f"judgement_reviewed:{row.pk}",
        at=at,
    )
