"""The clock of an order sheet of the 12345 hotline, which is not ours but the city's.

The dates on the sheet count. Where a sheet says nothing: signed for within two office hours, the caller contacted
within 24 hours, answered within so many working days.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from zhongshu.channels.kinds import HotlineKind, HotlineStage, HotlineState
from zhongshu.channels.policies.limits import Limits
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.workdays import DAY_ENDS, add_working_minutes, is_workday, next_workday

PERCENTS = (50, 80, 100)
REPLY_DAYS = {HotlineKind.ENQUIRY: 2, HotlineKind.HELP: 3}
USUAL_DAYS = 5
_OFFICE_DAY = 9 * 60

MOVES: dict[HotlineState, frozenset[HotlineState]] = {
    HotlineState.RECEIVED: frozenset({HotlineState.SIGNED, HotlineState.RETURNED}),
    HotlineState.SIGNED: frozenset({HotlineState.REPLIED, HotlineState.RETURNED}),
    HotlineState.REPLIED: frozenset({HotlineState.CLOSED, HotlineState.SIGNED}),
    HotlineState.CLOSED: frozenset({HotlineState.SIGNED}),
    HotlineState.RETURNED: frozenset(),
}
"""Replied or closed → signed: the caller is not content, or the hotline sends the sheet back to be done again."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when each stage is to be done."""

    sign_at: datetime
    contact_at: datetime
    reply_at: datetime


def deadlines(*, kind: HotlineKind, started_at: datetime, reply_due_at: datetime | None, limits: Limits) -> Deadlines:
    """`reply_due_at` is what the sheet says."""
    return Deadlines(
        sign_at=add_working_minutes(started_at, limits.sign_minutes),
        contact_at=started_at + timedelta(hours=limits.contact_hours),
        reply_at=reply_due_at or workdays_on(started_at, REPLY_DAYS.get(kind, USUAL_DAYS)),
    )


def workdays_on(started_at: datetime, days: int) -> datetime:
    """The end of office hours so many working days after the day it began."""
    day = day_of(started_at)
    for _nth in range(days):
        day = next_workday(day)
    return end_of(day)


def end_of(day: date) -> datetime:
    """A day by which something is due is over when the offices close."""
    return datetime.combine(day, DAY_ENDS, SITE_ZONE)


def alert_at(stage: HotlineStage, percent: int, *, started_at: datetime, due_at: datetime) -> datetime:
    """When that share of the time is used up: of office hours, but of every hour where the caller is waited for.

    A sheet that came late, or due at once, is alerted at the due time, never after it.
    """
    if percent == 100 or due_at <= started_at:
        return due_at
    if stage == HotlineStage.CONTACT:
        return started_at + (due_at - started_at) * percent / 100
    minutes = working_minutes(started_at, due_at)
    return min(due_at, add_working_minutes(started_at, minutes * percent // 100))


def working_minutes(start: datetime, end: datetime) -> int:
    """Minutes of office time between two instants."""
    start, end = start.astimezone(SITE_ZONE), end.astimezone(SITE_ZONE)
    total, day = timedelta(0), start.date()
    while day <= end.date():
        if is_workday(day):
            opens, closes = end_of(day) - timedelta(minutes=_OFFICE_DAY), end_of(day)
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total // timedelta(minutes=1)


def midnight(day: date) -> datetime:
    """The first instant of a day."""
    return datetime.combine(day, time.min, SITE_ZONE)
