"""Jobs of care: every site evaluates its days by itself."""

from datetime import datetime, timedelta
from typing import Final

from procrastinate.contrib.django import app

from zhongshu.care import actions
from zhongshu.care.engine.back_test import worked_out
from zhongshu.care.engine.chasing import chase
from zhongshu.care.engine.elsewhere import evaluated_elsewhere
from zhongshu.care.engine.reminding import remind as remind_due
from zhongshu.care.queries.tables import due_sites
from zhongshu.care.queries.tasks import paid_on
from zhongshu.identity.actor import system_actor
from zhongshu.kernel.clock import day_of, now

CATCHES_UP: Final = timedelta(days=31)
"""What was not evaluated for longer is taken up by a person: a first evaluation and going live are decisions."""


@app.task(name="care.daily", queue="imports", queueing_lock="care.daily")
def daily(timestamp: int) -> None:
    evaluate_due(now())
    call_back_missed(now())


def call_back_missed(at: datetime) -> None:
    """Whoever paid today before somebody was asked to go, or while the evaluation ran, is not gone to either."""
    for account_id in paid_on(day_of(at)):
        actions.withdraw_paid(actor=system_actor(), at=at, account_id=account_id)


def evaluate_due(at: datetime) -> None:
    """Each site whose hour has come evaluates up to today, once it was evaluated for the first time."""
    due = due_sites(at, not_before=day_of(at) - CATCHES_UP)
    for site_id in sorted(set(due) - set(evaluated_elsewhere())):
        actions.evaluate(actor=system_actor(), at=at, site_id=site_id, on=day_of(at))


@app.task(name="care.remind", queue="imports", queueing_lock="care.remind")
def remind(timestamp: int) -> None:
    """Plans, records, answers and lines of tasks that are due."""
    remind_due(now())
    chase(now())


@app.task(name="care.back_test", queue="imports")
def back_test(test_id: int) -> None:
    worked_out(test_id, at=now)
