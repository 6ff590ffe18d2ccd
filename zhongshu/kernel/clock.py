"""The one place that reads the clock. Rules and actions get the instant passed in as `at`."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

SITE_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware. Called by views, jobs and commands only."""
    return timezone.now()


def day_of(at: datetime) -> date:
    """The day in Asia/Shanghai to which an instant belongs."""
    return at.astimezone(SITE_ZONE).date()


def local(at: datetime) -> datetime:
    """The same instant as the wall clock of the sites shows it."""
    return at.astimezone(SITE_ZONE)
