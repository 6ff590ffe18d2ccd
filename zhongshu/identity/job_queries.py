"""What the administrator sees of the jobs: their states, the workers' signs of life, events not delivered."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from zhongshu.kernel import outbox

SILENT_AFTER = timedelta(seconds=30)
STATES = ("todo", "doing", "failed", "succeeded", "aborted", "cancelled")


@dataclass(frozen=True, slots=True)
class Health:
    """`queues`: for each queue the number of jobs per state. `heard_at`: the latest sign of life of a worker."""

    queues: dict[str, dict[str, int]]
    heard_at: datetime | None
    is_alive: bool
    undelivered: int
    failing: int


def health(*, at: datetime) -> Health:
    """Four statements."""
    heard_at = ProcrastinateWorker.objects.aggregate(last=Max("last_heartbeat"))["last"]
    return Health(
        queues=_by_queue(),
        heard_at=heard_at,
        is_alive=heard_at is not None and at - heard_at < SILENT_AFTER,
        undelivered=outbox.undelivered().count(),
        failing=outbox.failing().count(),
    )


def jobs(*, state: str = "", queue: str = "") -> QuerySet[ProcrastinateJob]:
    """The latest first, each with `noted_at`, the instant of its latest event."""
    rows: QuerySet[ProcrastinateJob] = ProcrastinateJob.objects.all()
    if state in STATES:
        rows = rows.filter(status=state)
    if queue:
        rows = rows.filter(queue_name=queue)
    noted: QuerySet[ProcrastinateJob] = rows.annotate(noted_at=Max("procrastinateevent__at")).order_by("-pk")
    return noted


def _by_queue() -> dict[str, dict[str, int]]:
    counted = ProcrastinateJob.objects.values("queue_name", "status").annotate(n=Count("pk")).order_by("queue_name")
    queues: dict[str, dict[str, int]] = {}
    for row in counted:
        queues.setdefault(row["queue_name"], dict.fromkeys(STATES, 0))[row["status"]] = row["n"]
    return queues
