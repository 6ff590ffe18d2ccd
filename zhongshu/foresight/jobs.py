"""Jobs of foresight: once a week every site that has it on is foreseen; once a month it is learned anew before."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from zhongshu.foresight import actions
from zhongshu.foresight.errors import NothingLearned, NothingToLearn
from zhongshu.foresight.queries.state import company_is_on, last_learning, sites_not_off
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import User
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import now

LEARNT_FOR: Final = timedelta(days=27)


@app.task(name="foresight.weekly", queue="imports", queueing_lock="foresight.weekly")
def weekly(timestamp: int) -> None:
    of_week(now())


@app.task(name="foresight.learn", queue="imports", queueing_lock="foresight.learn")
def learn(user_id: int | None) -> None:
    """Asked for by somebody (None: the program itself)."""
    at = now()
    user = User.objects.get(pk=user_id) if user_id else None
    actor = actor_of(user, at=at, origin=Origin.JOB) if user else system_actor()
    with suppress(NothingToLearn):
        actions.learn(actor=actor, at=at)


def of_week(at: datetime) -> int:
    """Nothing where the company has it off. How many sites were foreseen."""
    if not company_is_on():
        return 0
    last = last_learning()
    if last is None or at - last.at > LEARNT_FOR:
        with suppress(NothingToLearn):
            actions.learn(actor=system_actor(), at=at)
    return sum(_foreseen(site.pk, at) for site in sites_not_off())


def _foreseen(site_id: int, at: datetime) -> bool:
    try:
        actions.foresee(actor=system_actor(), at=at, site_id=site_id)
    except NothingLearned:
        return False
    return True
