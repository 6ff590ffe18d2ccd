"""Jobs of community: what the day brings, the month's draw, the quarter's survey, its summary."""

from datetime import datetime

from procrastinate.contrib.django import app

from zhongshu.community import actions
from zhongshu.community.errors import SurveySent
from zhongshu.community.models import Survey
from zhongshu.community.policies.quarters import first_workday, month_in_quarter, quarter_of
from zhongshu.community.queries.visits import scored
from zhongshu.identity.actor import system_actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.links import home_of

SURVEY_MONTH = 2
"""A survey goes out by itself from the first working day of this month of the quarter on."""


@app.task(name="community.daily", queue="imports", queueing_lock="community.daily")
def daily(timestamp: int) -> None:
    of_day(at=now())


def of_day(*, at: datetime) -> dict[str, int]:
    """For every site; safe to run twice and beside itself. How many visits were drawn and surveys sent."""
    actor, done = system_actor(), {"visits_drawn": 0, "surveys_sent": 0}
    for site in Site.objects.order_by("pk"):
        done["visits_drawn"] += actions.draw_visits(actor=actor, at=at, site_id=site.pk)
        done["surveys_sent"] += _survey(site, at=at)
    for pk in Survey.objects.filter(summed_up_at=None, closes_on__lte=day_of(at)).values_list("pk", flat=True):
        actions.sum_up(actor=actor, at=at, survey_id=pk)
    return done


def _survey(site: Site, *, at: datetime) -> int:
    today = day_of(at)
    is_time = month_in_quarter(today) >= SURVEY_MONTH and today >= first_workday(today)
    if not is_time or Survey.objects.filter(site=site, quarter=quarter_of(today)).exists():
        return 0
    if not scored(site.pk, today):
        return 0
    try:
        actions.send_survey(actor=system_actor(), at=at, site=site, home=home_of())
    except SurveySent:
        return 0
    return 1
