"""How well the classifier does, by category, and learning from what staff put right."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from zhongshu.cases.classification import CATEGORIES, Category
from zhongshu.cases.classification.quality import Quality
from zhongshu.cases.engine import learned
from zhongshu.cases.jobs import retrain
from zhongshu.cases.kinds import CATEGORY_LABELS
from zhongshu.cases.models import LearnedModel
from zhongshu.cases.permissions import LEARN_FROM_CASES
from zhongshu.identity.access import SignedInRequest, page
from zhongshu.kernel.clock import now
from zhongshu.web.paging import page_of


@dataclass(frozen=True, slots=True)
class Line:
    """One category: sentences of the hold-out, how many were found, how many were called so and were not."""

    name: str
    sentences: int
    found: int
    wrongly: int
    suggested: int
    changed: int

    @property
    def recall(self) -> int:
        return round(100 * self.found / self.sentences) if self.sentences else 0


@page(LEARN_FROM_CASES)
def learning(request: SignedInRequest) -> HttpResponse:
    """What the model in use was measured to do, what it did in practice, and every retraining."""
    quality, at = learned.quality_in_use(), now()
    context = {
        "quality": quality,
        "lines": _lines(quality, {row.category: row for row in learned.practice(request.actor, at)}),
        "waiting": learned.put_right(learned.cases_of(request.actor)).count(),
        "page": page_of(LearnedModel.objects.defer("packed").order_by("-pk"), request.GET.get("page")),
    }
    return render(request, "cases/learning.html", context)


@page(LEARN_FROM_CASES, "POST")
def retrainings(request: SignedInRequest) -> HttpResponse:
    """Ask for a retraining; a worker does it."""
    try:
        with transaction.atomic():  # somebody may have asked a moment ago
            retrain.defer(user_id=request.actor.user_id)
    except AlreadyEnqueued:
        messages.info(request, _("已经在排队重新学习，请稍后刷新。"))
    else:
        messages.success(request, _("已开始重新学习，约需一分钟；结果会列在下面。"))
    return redirect("cases:learning")


def _lines(quality: Quality, practice: dict[str, learned.Practice]) -> list[Line]:
    return [_line(category, quality.by_category[category], practice.get(category)) for category in CATEGORIES]


def _line(category: Category, counts: tuple[int, int, int], practised: learned.Practice | None) -> Line:
    sentences, found, called = counts
    done = (practised.suggested, practised.changed) if practised else (0, 0)
    return Line(str(CATEGORY_LABELS[category]), sentences, found, called - found, *done)
