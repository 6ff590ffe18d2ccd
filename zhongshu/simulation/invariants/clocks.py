"""Every clock is answered."""

from collections.abc import Iterator

from zhongshu.simulation.invariants.looking import Look
from zhongshu.simulation.invariants.moves import TOUCHED


def every_due_step_is_fired(look: Look) -> Iterator[str]:
    """Once the tick has caught up, no step of escalation is due that was neither fired nor called off."""
    if look.memory.stopped:
        return
    yield from look.found(
        "order {}: the step of {} % towards {} was due at {} and nobody was told",
        "SELECT o.number, s.percent, k.stage, s.due_at FROM work_escalationstep s"
        " JOIN work_slaclock k ON k.id = s.clock_id JOIN work_workorder o ON o.id = k.order_id"
        " WHERE s.fired_at IS NULL AND s.cancelled_at IS NULL AND s.due_at <= %(until)s ORDER BY s.due_at",
    )


def no_step_is_fired_early_or_called_off_late(look: Look) -> Iterator[str]:
    """A step is fired when it is due or later; what was due is not called off afterwards."""
    yield from look.found(
        "order {}: the step of {} % towards {}, due at {}, was fired at {}, called off at {}",
        "SELECT o.number, s.percent, k.stage, s.due_at, s.fired_at, s.cancelled_at FROM work_escalationstep s"
        " JOIN work_slaclock k ON k.id = s.clock_id JOIN work_workorder o ON o.id = k.order_id"
        f" WHERE k.order_id IN ({TOUCHED}) AND (s.fired_at < s.due_at"
        " OR s.due_at < s.cancelled_at OR s.fired_at IS NOT NULL AND s.cancelled_at IS NOT NULL)",
    )


def every_missed_target_was_escalated(look: Look) -> Iterator[str]:
    """Whoever was not in time, the next level was told; an emergency has a clock towards its acknowledgement."""
    if look.memory.stopped:
        return
    yield from look.found(
        "order {} ({}) missed its target to {} at {} and nobody was told",
        "SELECT o.number, o.urgency, k.stage, k.target_at FROM work_slaclock k"
        f" JOIN work_workorder o ON o.id = k.order_id WHERE k.order_id IN ({TOUCHED}) AND k.target_at <"
        " least(%(until)s, coalesce(k.stopped_at, %(until)s), coalesce(k.paused_at, %(until)s)) AND NOT EXISTS"
        " (SELECT FROM work_escalationstep WHERE clock_id = k.id AND percent >= 100 AND fired_at IS NOT NULL)",
    )
    yield from look.found(
        "the emergency {} has no clock",
        "SELECT number FROM work_workorder o WHERE urgency = 'P1' AND (ended_at IS NULL OR id > %(work_workorder)s)"
        " AND NOT EXISTS (SELECT FROM work_slaclock WHERE order_id = o.id AND stage = 'acknowledge')",
    )


def ended_orders_have_no_running_clock(look: Look) -> Iterator[str]:
    """What has ended presses nobody any more, and no stage has two clocks running."""
    yield from look.found(
        "order {} is {} and its clock towards {} runs, {} of them",
        "SELECT o.number, o.state, k.stage, count(*) FROM work_slaclock k JOIN work_workorder o ON o.id = k.order_id"
        " WHERE k.stopped_at IS NULL GROUP BY o.number, o.state, o.ended_at, k.stage"
        " HAVING o.ended_at IS NOT NULL OR count(*) > 1",
    )
