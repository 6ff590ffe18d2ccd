"""The department's single window: everything that waits for it, counted, on one page."""

from django.http import HttpResponse
from django.shortcuts import render

from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.quality import queries
from zhongshu.quality.kinds import Direction, InquiryState
from zhongshu.quality.permissions import WORK_QUALITY

SHOWN = 5


@page(WORK_QUALITY)
def window(request: SignedInRequest) -> HttpResponse:
    """Requests for help, supervisions to be answered and to be judged, samples to review, escalations unanswered."""
    at, actor = now(), request.actor
    escalations = queries.unanswered(actor, at=at)
    to_review = queries.sampled(actor).filter(reviewed_at__isnull=True).order_by("pk")
    shown = {
        "asked": queries.queue(actor, Direction.HELP, InquiryState.OPEN, at=at),
        "out": queries.queue(actor, Direction.SUPERVISION, InquiryState.OPEN, at=at),
        "to_judge": queries.queue(actor, Direction.SUPERVISION, InquiryState.ANSWERED, at=at),
        "to_review": to_review[:SHOWN],
        "to_review_count": to_review.count(),
        "escalations": escalations[:SHOWN],
        "escalation_count": escalations.order_by().count(),
        "at": at,
    }
    return render(request, "quality/window.html", shown)
