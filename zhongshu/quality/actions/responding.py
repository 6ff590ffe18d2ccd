"""A level says what it did about an escalation."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.outbox import publish
from zhongshu.kernel.words import stated
from zhongshu.quality.actions.inquiries import ask_for_help, supervise
from zhongshu.quality.errors import EscalationOver, NotYourLevel
from zhongshu.quality.events import EscalationAnswered
from zhongshu.quality.models import EscalationResponse, Inquiry
from zhongshu.quality.queries import is_answered, may_answer, not_found, step_by_id
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.models import EscalationStep, WorkOrder
from zhongshu.work.policies.measures import MEASURES, Measure

SUPERVISION_WITHIN = timedelta(days=1)


@transaction.atomic
def respond(*, actor: Actor, at: datetime, step_id: int, measure: str, words: str) -> EscalationResponse:
    """What the level did. Opening a supervision and asking the quality department is done by it; the rest is recorded.

    Raises NotFound, EscalationOver, NotYourLevel, Invalid.
    """
    step = step_by_id(actor, step_id)
    if not may_answer(actor, step):
        raise not_found()
    order = _locked_order(step)
    if order.ended_at is not None or is_answered(step):
        raise EscalationOver(_("这次升级已有答复，或工单已经结束。"))
    if measure not in MEASURES[EscalationRole(step.role)]:
        raise NotYourLevel(_("请从本级可以采取的措施中选一项。"), field="measure")
    said = stated(words, field="words", most=1000, what=_("说明"))
    response = EscalationResponse.objects.create(
        site_id=step.site_id,
        step=step,
        order=order,
        level=step.role,
        measure=measure,
        words=said,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
        inquiry=_inquiry(order, Measure(measure), said, actor=actor, at=at),
    )
    after = {"order": order.number, "level": step.role, "measure": measure, "words": said}
    audit.record(actor=actor, at=at, verb="quality.respond", target=response, after=after)
    publish(EscalationAnswered(site_id=order.site_id, order_id=order.pk, level=step.role, measure=measure), at=at)
    return response


def _locked_order(step: EscalationStep) -> WorkOrder:
    """Of two who answer for the same level the second finds the first's answer."""
    return WorkOrder.objects.select_for_update(of=("self",)).select_related("site").get(pk=step.clock.order_id)


def _inquiry(order: WorkOrder, measure: Measure, words: str, *, actor: Actor, at: datetime) -> Inquiry | None:
    if measure == Measure.OPEN_SUPERVISION:
        due_at = at + SUPERVISION_WITHIN
        return supervise(actor=actor, at=at, site=order.site, question=words, due_at=due_at, order=order)
    if measure == Measure.ASK_QUALITY:
        return ask_for_help(actor=actor, at=at, site=order.site, question=words, is_urgent=True, order=order)
    return None
