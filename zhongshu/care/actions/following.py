"""Improvement plans and priority records in the hands of people."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.care.errors import NotNow
from zhongshu.care.models import ImprovementPlan, PriorityRecord, PriorityReview
from zhongshu.care.permissions import REVIEW_PRIORITY, WRITE_PLANS
from zhongshu.care.policies.following import next_review_on
from zhongshu.care.queries.explaining import explain
from zhongshu.care.queries.following import may_write
from zhongshu.estate.queries import found
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.words import stated


@transaction.atomic
def write_plan(*, actor: Actor, at: datetime, plan_id: int, text: str) -> ImprovementPlan:
    """What is to become better with this account, and how. Written anew it replaces what stood; the audit keeps both.
    A keeper writes their own. Raises NotFound, Invalid.
    """
    rows = ImprovementPlan.objects.select_for_update(of=("self",)).select_related("account__unit", "owner")
    plan = found(actor.visible(rows.filter(pk=plan_id), WRITE_PLANS))
    if not may_write(actor, plan, day_of(at)):
        raise absent()
    before = audit.values(plan, ["text", "done_at"])
    plan.text = stated(text, field="text", most=4000, what=_("改善方案"))
    if plan.done_at is None:
        plan.done_at, plan.done_by_id = at, actor.user_id
    plan.save(update_fields=["text", "done_at", "done_by"])
    after = audit.values(plan, before)
    audit.record(actor=actor, at=at, verb="care.write_plan", target=plan, before=before, after=after)
    return plan


@transaction.atomic
def review_priority(*, actor: Actor, at: datetime, record_id: int, text: str) -> PriorityReview:
    """What was found at a review, and what is to be done next; the next is due in a month. Raises NotFound, NotNow,
    Invalid.
    """
    rows = PriorityRecord.objects.select_for_update(of=("self",)).select_related("account")
    record = found(actor.visible(rows.filter(pk=record_id), REVIEW_PRIORITY))
    if record.closed_on is not None:
        raise NotNow(_("这份档案已经结束。"))
    today = day_of(at)
    review = PriorityReview.objects.create(
        site_id=record.site_id,
        record=record,
        at=at,
        by_id=actor.user_id,
        score=explain(record.account_id, today).score,
        text=stated(text, field="text", most=4000, what=_("复盘")),
    )
    record.review_on, record.reminded_at = next_review_on(today), None
    record.save(update_fields=["review_on", "reminded_at"])
    after = {"text": review.text, "score": review.score, "review_on": record.review_on}
    audit.record(actor=actor, at=at, verb="care.review_priority", target=record, after=after)
    return review
