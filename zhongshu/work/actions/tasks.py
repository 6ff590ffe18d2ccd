"""Work given by managers and head office (交办): its terms, and how far it is."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import Invalid
from zhongshu.work.engine import clocks, telling
from zhongshu.work.engine.moves import check_open, given, locked
from zhongshu.work.errors import NotYourOrder
from zhongshu.work.kinds import Stage
from zhongshu.work.models import ProgressReport, TaskTerms, WorkOrder
from zhongshu.work.permissions import is_assignee, is_given

MOST_REPORT_HOURS = 30 * 24


def check_terms(*, at: datetime, due_at: datetime | None, report_hours: int | None) -> None:
    """Raises Invalid."""
    if due_at is not None and due_at <= at:
        raise Invalid(_("完成期限须在现在之后。"), field="due_at")
    if report_hours is not None and not 1 <= report_hours <= MOST_REPORT_HOURS:
        raise Invalid(_("汇报间隔须在 1 小时至 30 天之间。"), field="report_hours")


def set_terms(
    order: WorkOrder, *, given_by: int, at: datetime, due_at: datetime | None, report_hours: int | None
) -> None:
    """When a new task is due and how often its giver hears of it; what is due is what its clock counts to."""
    TaskTerms.objects.create(
        site_id=order.site_id,
        order=order,
        given_by_id=given_by,
        due_at=due_at,
        report_hours=report_hours,
        report_due_at=at + timedelta(hours=report_hours) if report_hours else None,
    )
    if due_at is not None:
        clocks.agree(order, {Stage.FINISH: due_at})


@transaction.atomic
def report_progress(*, actor: Actor, at: datetime, order_id: int, percent: int, text: str) -> ProgressReport:
    """Say how far a task is; its giver is told, and the next report falls due an interval later.

    Raises OrderNotFound, NotYourOrder, OrderEnded, ReasonMissing, Invalid.
    """
    order = locked(order_id, actor=actor)
    if not is_given(order) or not (is_assignee(actor, order) or _leads(actor, order)):
        raise NotYourOrder(_("由处理人或其主管汇报交办任务的进度。"))
    check_open(order)
    words = given(text)
    if not 0 <= percent <= 100:
        raise Invalid(_("进度是 0 至 100 之间的数。"), field="percent")
    report = ProgressReport.objects.create(
        site_id=order.site_id,
        order=order,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        percent=percent,
        text=words,
    )
    terms = TaskTerms.objects.select_for_update().filter(order=order, report_hours__isnull=False).first()
    if terms is not None:
        terms.report_due_at = at + timedelta(hours=terms.report_hours or 0)
        terms.save(update_fields=["report_due_at"])
    after = {"percent": percent, "text": words}
    audit.record(actor=actor, at=at, verb="work.report_progress", target=order, after=after)
    telling.reported(order, report, at=at)
    return report


def _leads(actor: Actor, order: WorkOrder) -> bool:
    return bool(order.team and order.team.lead and order.team.lead.user_id == actor.user_id)
