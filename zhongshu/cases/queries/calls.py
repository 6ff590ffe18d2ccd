"""How call-backs went."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Avg, Count, Exists, OuterRef, Q

from zhongshu.cases.lifecycle import Answer
from zhongshu.cases.models import FollowUp, FollowUpAttempt
from zhongshu.kernel.clock import SITE_ZONE

REACHED = (Answer.CONTENT, Answer.NOT_CONTENT)


@dataclass(frozen=True, slots=True)
class CallFigures:
    """`made` calls are settled ones; who could not be reached or did not want to be called has not replied."""

    made: int
    reached: int
    content: int
    scored: int
    average_score: float | None

    @property
    def reply_rate(self) -> float | None:
        return self.reached / self.made if self.made else None

    @property
    def satisfaction(self) -> float | None:
        """Of those who replied: always to be shown beside the reply rate."""
        return self.content / self.reached if self.reached else None


def call_figures(site_id: int, *, since: date | None = None, until: date | None = None) -> CallFigures:
    """Of the calls settled on those days, both included. Two statements."""
    calls = FollowUp.objects.filter(site_id=site_id, done_at__isnull=False)
    if since:
        calls = calls.filter(done_at__gte=_midnight(since))
    if until:
        calls = calls.filter(done_at__lt=_midnight(until + timedelta(days=1)))
    tried = FollowUpAttempt.objects.filter(follow_up=OuterRef("pk"))
    answered = calls.filter(Exists(tried)).annotate(
        replied=Exists(tried.filter(answer__in=REACHED)), pleased=Exists(tried.filter(answer=Answer.CONTENT))
    )
    counted = answered.aggregate(
        made=Count("pk"), reached=Count("pk", filter=Q(replied=True)), content=Count("pk", filter=Q(pleased=True))
    )
    scores = FollowUpAttempt.objects.filter(follow_up__in=calls, score__isnull=False)
    return CallFigures(**counted, **scores.aggregate(scored=Count("pk"), average_score=Avg("score")))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_ZONE)
