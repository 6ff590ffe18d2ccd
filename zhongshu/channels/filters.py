"""How the lists of the channels are narrowed, for pages and programs alike."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhongshu.channels.models import Call


@dataclass(frozen=True, slots=True)
class CallFilter:
    """`since` and `before` are instants of the first news."""

    state: str = ""
    number: str = ""
    since: datetime | None = None
    before: datetime | None = None


def listed_calls(rows: QuerySet[Call], wanted: CallFilter) -> QuerySet[Call]:
    """Calls, the latest first."""
    conditions = [
        Q(state=wanted.state) if wanted.state else Q(),
        Q(number__endswith=wanted.number) if wanted.number else Q(),
        Q(started_at__gte=wanted.since) if wanted.since else Q(),
        Q(started_at__lt=wanted.before) if wanted.before else Q(),
    ]
    return rows.filter(*conditions).order_by("-started_at", "-pk")
