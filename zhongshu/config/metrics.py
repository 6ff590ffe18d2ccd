"""Figures for Prometheus: what this web program answered, and how much waits in the database.

granian runs several processes; each counts into files of a directory they share, and whichever is asked adds them up.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Min, QuerySet
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case
from zhongshu.identity import job_queries
from zhongshu.kernel.clock import now
from zhongshu.messaging.queries import due, troubled_channels
from zhongshu.work.lifecycle import ENDED
from zhongshu.work.models import EscalationStep, WorkOrder

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
REQUESTS = Counter("zhongshu_requests", "Requests answered.", ["view", "method", "status"])
SECONDS = Histogram(
    "zhongshu_request_seconds",
    "Seconds from a request to its answer.",
    ["view", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


def exposed() -> bytes:
    """Everything in Prometheus' text format; what waits in the database costs ten statements."""
    waiting = CollectorRegistry()
    waiting.register(Backlog(now()))
    return generate_latest(_answered()) + generate_latest(waiting)


def _answered() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    summed = CollectorRegistry()
    multiprocess.MultiProcessCollector(summed)  # type: ignore[no-untyped-call]
    return summed


class Backlog(Collector):
    """What waits as of an instant."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield from self._jobs()
        yield self._escalations()
        cases = Case.objects.exclude(state__in=(CaseState.CLOSED, CaseState.WITHDRAWN))
        yield _by_site("zhongshu_cases_open", "Cases not closed.", cases)
        yield _by_site("zhongshu_orders_open", "Work orders not ended.", WorkOrder.objects.exclude(state__in=ENDED))
        yield _gauge("zhongshu_channels_failing", "Channels that take no messages.", troubled_channels().count())
        yield _gauge("zhongshu_deliveries_waiting", "Messages due by a channel and not sent.", due(self.at).count())
        yield _gauge("zhongshu_database_bytes", "Size of the database.", _database_bytes())

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        health = job_queries.health(at=self.at)
        jobs = GaugeMetricFamily("zhongshu_jobs", "Jobs by queue and state.", labels=["queue", "state"])
        for queue, states in health.queues.items():
            for state, count in states.items():
                jobs.add_metric([queue, state], count)
        yield jobs
        silent = (self.at - health.heard_at).total_seconds() if health.heard_at else float("inf")
        yield _gauge("zhongshu_worker_silent_seconds", "Since a worker last gave a sign of life.", silent)
        yield _gauge("zhongshu_events_undelivered", "Events some of whose reactions have not run.", health.undelivered)
        yield _gauge("zhongshu_events_failing", "Undelivered events of which a reaction failed.", health.failing)

    def _escalations(self) -> GaugeMetricFamily:
        pending = EscalationStep.objects.filter(fired_at__isnull=True, cancelled_at__isnull=True, due_at__lt=self.at)
        oldest = pending.aggregate(due_at=Min("due_at"))["due_at"] or self.at
        return _gauge("zhongshu_tick_late_seconds", "By which the oldest due escalation is late.", self.at - oldest)


def _by_site(name: str, words: str, rows: "QuerySet[Case] | QuerySet[WorkOrder]") -> GaugeMetricFamily:
    metric = GaugeMetricFamily(name, words, labels=["site", "urgency"])
    counted = rows.values_list("site__code", "urgency").annotate(count=Count("pk")).order_by("site__code", "urgency")
    for site, urgency, count in counted:
        metric.add_metric([site, urgency], count)
    return metric


def _gauge(name: str, words: str, value: float | timedelta) -> GaugeMetricFamily:
    seconds = value.total_seconds() if isinstance(value, timedelta) else value
    return GaugeMetricFamily(name, words, value=seconds)


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
