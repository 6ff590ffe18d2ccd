"""Starting, stopping, pausing and shifting the clocks of an order.

A clock's steps are written when it starts. Stopping or pausing calls off those that are not due yet; what was due
before stays due, so that the same steps fire whenever the tick comes by.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet

from zhongshu.kernel.clock import day_of
from zhongshu.work import queries
from zhongshu.work.kinds import Stage
from zhongshu.work.lifecycle import State, Verb
from zhongshu.work.models import EscalationStep, SlaClock, SlaPolicy, WorkOrder
from zhongshu.work.policies.clockwork import FROM_THE_START, STARTS, STOPS
from zhongshu.work.policies.escalation import steps
from zhongshu.work.policies.targets import ruling_target, targets

#: What a visit agreed with the customer moves.
BOOKABLE = (Stage.ARRIVE, Stage.FINISH, Stage.CLOSE)


def follow(order: WorkOrder, verb: Verb, *, at: datetime) -> None:
    """What the move does to the clocks."""
    if verb == Verb.HOLD:
        pause(order, at=at)
    elif order_was_paused(order, verb):
        resume(order, at=at)
    if verb in STOPS:
        stop(order, STOPS[verb], at=at)
    if verb in STARTS:
        start(order, STARTS[verb], at=at)


def order_was_paused(order: WorkOrder, verb: Verb) -> bool:
    """Whether clocks may be paused: only these moves lead out of a hold into further work."""
    return verb in (Verb.RESUME, Verb.REASSIGN)


def start(order: WorkOrder, stages: Collection[Stage], *, at: datetime) -> None:
    """Start those of the stages that have a target and no running clock."""
    running = set(_running(order).values_list("stage", flat=True))
    _begin(order, set(stages) - {Stage(stage) for stage in running}, at=at)


def start_contractor(order: WorkOrder, *, arrive_by: datetime, at: datetime) -> None:
    """The contractor's own clock, beside ours."""
    stop(order, {Stage.CONTRACTOR}, at=at)
    _insert(order, {Stage.CONTRACTOR: arrive_by}, None, at=at)


def start_all(order: WorkOrder, *, at: datetime) -> None:
    """The clocks of a new order, which has none yet."""
    _begin(order, FROM_THE_START, at=at)


def stop(order: WorkOrder, stages: Collection[Stage], *, at: datetime) -> None:
    """Stop the running clocks of those stages."""
    stopped = _running(order).filter(stage__in=stages)
    EscalationStep.objects.filter(
        clock__in=stopped.values("pk"), fired_at__isnull=True, cancelled_at__isnull=True, due_at__gt=at
    ).update(cancelled_at=at)
    stopped.update(stopped_at=at)


def pause(order: WorkOrder, *, at: datetime) -> None:
    """Pause every running clock."""
    running = _running(order)
    EscalationStep.objects.filter(
        clock__in=running.values("pk"), fired_at__isnull=True, cancelled_at__isnull=True, due_at__gt=at
    ).update(cancelled_at=at)
    running.update(paused_at=at)


def resume(order: WorkOrder, *, at: datetime) -> None:
    """Let paused clocks run on: their targets and the steps that were called off come later by the pause."""
    for clock in _running(order).filter(paused_at__isnull=False):
        pause_length = at - (clock.paused_at or at)
        clock.steps.filter(fired_at__isnull=True, cancelled_at__isnull=False).update(
            due_at=F("due_at") + pause_length, cancelled_at=None
        )
        clock.started_at, clock.target_at = clock.started_at + pause_length, clock.target_at + pause_length
        clock.paused_at = None
        clock.save(update_fields=["started_at", "target_at", "paused_at"])


def set_anew(order: WorkOrder, *, at: datetime) -> None:
    """The urgency changed: what runs is stopped and runs again from now, towards the new targets."""
    open_stages = {Stage(stage) for stage in _running(order).values_list("stage", flat=True)} - {Stage.RULING}
    stop(order, open_stages, at=at)
    _begin(order, _stages_ahead(order, open_stages), at=at)
    if order.state == State.ON_HOLD:
        pause(order, at=at)


def agree(order: WorkOrder, times: Mapping[Stage, datetime]) -> None:
    """Other targets than those of the table were agreed for running clocks; steps already taken stay taken."""
    for clock in _running(order).filter(stage__in=list(times)):
        clock.target_at = max(times[Stage(clock.stage)], clock.started_at)
        clock.save(update_fields=["target_at"])
        later = {step.percent: step.due_at for step in steps(started_at=clock.started_at, target_at=clock.target_at)}
        for step in clock.steps.filter(fired_at__isnull=True):
            step.due_at = later[step.percent]
            is_called_off = clock.paused_at is not None and step.due_at > clock.paused_at
            step.cancelled_at = clock.paused_at if is_called_off else None
            step.save(update_fields=["due_at", "cancelled_at"])


def rebook(order: WorkOrder) -> None:
    """A visit was agreed, or is no longer: what runs follows the time of the visit."""
    for clock in list(_running(order).filter(stage__in=BOOKABLE)):
        found, _policy = _targets(order, {Stage(clock.stage)}, at=clock.started_at)
        agree(order, found)


def _stages_ahead(order: WorkOrder, open_stages: set[Stage]) -> set[Stage]:
    """What was running, and arriving when the old urgency had no target for it and nobody has been there yet."""
    before_arrival = order.state in {State.NEW, State.REOPENED, State.DISPATCHED, State.ACCEPTED, State.TRAVELLING}
    return open_stages | ({Stage.ARRIVE} if before_arrival else set())


def _running(order: WorkOrder) -> QuerySet[SlaClock]:
    return SlaClock.objects.filter(order=order, stopped_at__isnull=True)


def _begin(order: WorkOrder, stages: Collection[Stage], *, at: datetime) -> None:
    wanted, policy = _targets(order, stages, at=at)
    if wanted:
        _insert(order, wanted, policy, at=at)


def _insert(order: WorkOrder, wanted: Mapping[Stage, datetime], policy: SlaPolicy | None, *, at: datetime) -> None:
    told = [(stage, step) for stage, target_at in wanted.items() for step in steps(started_at=at, target_at=target_at)]
    facts = {
        "site": order.site_id,
        "order": order.pk,
        "policy": policy.pk if policy else None,
        "at": at,
        "stages": list(wanted),
        "targets": list(wanted.values()),
        "step_stages": [stage for stage, _step in told],
        "percents": [step.percent for _stage, step in told],
        "roles": [step.role for _stage, step in told],
        "dues": [step.due_at for _stage, step in told],
    }
    with connection.cursor() as cursor:
        cursor.execute(_START, facts)


# One statement for all: a new order has three clocks and fifteen steps.
_START = """
    WITH clock AS (
        INSERT INTO work_slaclock (site_id, order_id, stage, policy_id, started_at, target_at)
        SELECT %(site)s, %(order)s, stage, %(policy)s, %(at)s, target_at
        FROM unnest(%(stages)s::text[], %(targets)s::timestamptz[]) AS wanted (stage, target_at)
        RETURNING id, stage
    )
    INSERT INTO work_escalationstep (site_id, clock_id, percent, role, due_at, told)
    SELECT %(site)s, clock.id, step.percent, step.role, step.due_at, '[]'
    FROM clock JOIN unnest(
        %(step_stages)s::text[], %(percents)s::int[], %(roles)s::text[], %(dues)s::timestamptz[]
    ) AS step (stage, percent, role, due_at) USING (stage)
"""


def _targets(
    order: WorkOrder, stages: Collection[Stage], *, at: datetime
) -> tuple[dict[Stage, datetime], SlaPolicy | None]:
    if set(stages) == {Stage.RULING}:
        return {Stage.RULING: ruling_target(at)}, None
    policy = queries.policy_for(
        site_id=order.site_id, kind=order.kind, category=order.category, urgency=order.urgency, on=day_of(at)
    )
    booked_until = order.booked_until or order.booked_at
    booked_at = booked_until if booked_until and booked_until > at else None
    found = targets(queries.sla_of(policy), opened_at=at, booked_at=booked_at)
    return {stage: target_at for stage, target_at in found.items() if stage in stages}, policy
