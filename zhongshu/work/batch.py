"""What becomes due by itself: holds that end, orders that wait for somebody, steps of escalation."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from zhongshu.identity.actor import system_actor
from zhongshu.kernel.clock import SITE_ZONE, day_of, local
from zhongshu.kernel.workdays import DAY_STARTS
from zhongshu.messaging.actions import tell_all, tell_customers
from zhongshu.work import queries
from zhongshu.work.engine import telling
from zhongshu.work.engine.dispatching import choose, dispatch
from zhongshu.work.engine.moves import RELATED, move
from zhongshu.work.kinds import EscalationRole, Stage
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import EscalationStep, TaskTerms, VisitSlot, WorkOrder
from zhongshu.work.policies.escalation import recipients
from zhongshu.work.policies.visits import remind_at

CHUNK = 500
TWO_DAYS = timedelta(days=2)

_FIRE = """
    UPDATE work_escalationstep AS step SET fired_at = %s, told = fired.told::jsonb
    FROM unnest(%s::bigint[], %s::text[]) AS fired (id, told)
    WHERE step.id = fired.id
"""


def tick(*, at: datetime) -> dict[str, int]:
    """Do everything that is due as of `at`, however long ago it fell due; the counts of what was done.

    Safe to run twice and beside itself: rows are claimed under a lock, and a rival leaves them alone.
    """
    resumed = sum(_resume(order_id, at=at) for order_id in queries.held_until(day_of(at)))
    dispatched = sum(_dispatch(order_id, at=at) for order_id in queries.waiting_order_ids(at))
    reminded = _remind(at=at)
    asked = sum(_ask_for_report(terms_id, at=at) for terms_id in queries.reports_due(at))
    fired = told = 0
    while True:
        steps, messages = _fire_chunk(at=at)
        fired, told = fired + steps, told + messages
        if steps < CHUNK:
            break
    return {
        "holds_resumed": resumed,
        "orders_dispatched": dispatched,
        "visits_reminded": reminded,
        "reports_asked": asked,
        "steps_fired": fired,
        "people_told": told,
    }


def resumes_at(on: date) -> datetime:
    """The instant at which a hold until that day ends: when the working day begins."""
    return datetime.combine(on, DAY_STARTS, SITE_ZONE)


@transaction.atomic
def _resume(order_id: int, *, at: datetime) -> bool:
    """As of the instant it was due, so that a late tick does not lengthen the pause."""
    order = _claimed(order_id, State.ON_HOLD)
    if order is None or order.resume_on is None or resumes_at(order.resume_on) > at:
        return False
    due_at = resumes_at(order.resume_on)
    move(order, Verb.RESUME, actor=system_actor(), at=due_at, resume_on=None)
    telling.hold_over(order, at=due_at)
    return True


@transaction.atomic
def _dispatch(order_id: int, *, at: datetime) -> bool:
    order = _claimed(order_id, State.NEW, State.REOPENED)
    return order is not None and dispatch(order, choose(order, at=at), actor=system_actor(), at=at) is not None


@transaction.atomic
def _remind(*, at: datetime) -> int:
    """Customers of tomorrow's visits, in the evening; of a visit booked later than that, not at all."""
    due = VisitSlot.objects.filter(released_at__isnull=True, reminded_at__isnull=True)
    due = due.filter(starts_at__gt=at, starts_at__lt=at + TWO_DAYS).select_related("order__site", "order__account")
    rows = [visit for visit in due.select_for_update(of=("self",), skip_locked=True) if _is_evening_before(visit, at)]
    VisitSlot.objects.filter(pk__in=[visit.pk for visit in rows]).update(reminded_at=at)
    customers = [[visit.order.account.customer_id] if visit.order.account else [] for visit in rows]
    tell_customers([telling.visit_tomorrow(*pair) for pair in zip(rows, customers, strict=True)], at=at)
    return len(rows)


def _is_evening_before(visit: VisitSlot, at: datetime) -> bool:
    remind = remind_at(local(visit.starts_at))
    return visit.booked_at < remind <= at


@transaction.atomic
def _ask_for_report(terms_id: int, *, at: datetime) -> bool:
    """Ask who does the task how far it is, once for each interval."""
    rows = TaskTerms.objects.select_for_update(of=("self",), skip_locked=True).filter(report_due_at__lte=at)
    terms = rows.select_related("order__place", "order__assignee__user").filter(pk=terms_id).first()
    if terms is None:
        return False
    is_over = terms.order.ended_at is not None or terms.order.state in (State.DONE, State.SIGNED_OFF)
    interval = timedelta(hours=terms.report_hours or 0)
    terms.report_due_at = None if is_over or not interval else at + interval
    terms.save(update_fields=["report_due_at"])
    if not is_over:
        telling.progress_due(terms.order, at=at)
    return not is_over


def _claimed(order_id: int, *states: State) -> WorkOrder | None:
    """The order under our lock, while it is in one of those states and nobody else has it locked."""
    rows = WorkOrder.objects.select_for_update(of=("self",), skip_locked=True).select_related(*RELATED)
    return rows.filter(pk=order_id, state__in=states).first()


@transaction.atomic
def _fire_chunk(*, at: datetime) -> tuple[int, int]:
    """Fire the earliest steps that are due; how many, and how many messages came of it."""
    steps = _claim_steps(at=at)
    if not steps:
        return 0, 0
    ladder = queries.Ladder({step.site_id for step in steps}, day_of(at))
    told = {step.pk: _recipients(step, ladder) for step in steps}
    _mark_fired(told, at=at)
    messages = tell_all([telling.escalated(step, told[step.pk]) for step in steps], at=at)
    return len(steps), messages


def _claim_steps(*, at: datetime) -> Sequence[EscalationStep]:
    due = EscalationStep.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True, due_at__lte=at)
    order = "clock__order"
    related = (f"{order}__site", f"{order}__place", f"{order}__assignee__user", f"{order}__team__lead")
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related(*related)
    return list(rows.order_by("due_at", "pk")[:CHUNK])


def _recipients(step: EscalationStep, ladder: queries.Ladder) -> tuple[int, ...]:
    return recipients(EscalationRole(step.role), ladder.of(step.clock.order, Stage(step.clock.stage)))


def _mark_fired(told: dict[int, tuple[int, ...]], *, at: datetime) -> None:
    encode = DjangoJSONEncoder().encode
    with connection.cursor() as cursor:
        cursor.execute(_FIRE, [at, list(told), [encode(list(users)) for users in told.values()]])
