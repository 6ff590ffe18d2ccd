"""When a version is due to be looked at again, and when somebody is reminded to read."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from zhongshu.kernel.clock import SITE_ZONE

MOST_MONTHS = 60
USUAL_MONTHS = 12
#: Nobody is asked to read within more than a year.
MOST_DAYS = 366
REVIEW_AGAIN = timedelta(days=14)
LATE_AGAIN = timedelta(days=7)
_MORNING = time(9, 0)


def review_due(starts_on: date, months: int) -> date:
    """The same day so many months later, or the month's last."""
    year, month = divmod(starts_on.year * 12 + starts_on.month - 1 + months, 12)
    return date(year, month + 1, min(starts_on.day, monthrange(year, month + 1)[1]))


def remind_at(due_on: date, at: datetime) -> datetime:
    """The next reminder after `at`: at nine on the day before it is due, on the day, on the day after, then weekly."""
    days = [due_on + timedelta(days=offset) for offset in (-1, 0, 1)]
    mornings = [datetime.combine(day, _MORNING, SITE_ZONE) for day in days]
    later = next((morning for morning in mornings if morning > at), None)
    if later is not None:
        return later
    weeks = (at - mornings[-1]) // LATE_AGAIN + 1
    return mornings[-1] + weeks * LATE_AGAIN
