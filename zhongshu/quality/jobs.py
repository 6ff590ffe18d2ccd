"""Jobs of the quality department: the month's draw of judgements."""

from datetime import datetime

from procrastinate.contrib.django import app

from zhongshu.identity.actor import system_actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.quality import actions
from zhongshu.quality.errors import AlreadyDrawn, NothingToDraw
from zhongshu.quality.models import JudgementSample
from zhongshu.quality.queries import month_before


@app.task(name="quality.draw_judgements", queue="imports", queueing_lock="quality.draw_judgements")
def draw_judgements(timestamp: int) -> None:
    draw_due(now())


def draw_due(at: datetime) -> int:
    """Last month's judgements of every site that has some and no sample yet; how many samples. Safe to run twice."""
    month, drawn = month_before(day_of(at)), 0
    sampled = JudgementSample.objects.filter(month=month).values("site")
    for site in Site.objects.exclude(pk__in=sampled).order_by("pk"):
        try:
            actions.draw_judgements(actor=system_actor(), at=at, site=site, month=month)
        except (NothingToDraw, AlreadyDrawn):
            continue
        drawn += 1
    return drawn
