"""The Chinese work calendar: weekends, public holidays and the make-up days worked for them.

Source: the State Council's yearly notice, as published by the `chinesecalendar` package. For a year not yet
published the answer is weekends only, and `is_provisional` says so.
"""

from datetime import date, datetime, time, timedelta

import chinese_calendar

from zhongshu.kernel.clock import SITE_ZONE

DAY_STARTS = time(9, 0)
DAY_ENDS = time(18, 0)


def is_provisional(day: date) -> bool:
    """Whether the holidays of that year are not published yet."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return True
    return False


def is_workday(day: date) -> bool:
    """Whether offices work on `day`."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def next_workday(day: date) -> date:
    """The first working day after `day`."""
    day += timedelta(days=1)
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def add_working_minutes(start: datetime, minutes: int) -> datetime:
    """`start` plus so many minutes of office time (09:00–18:00 on working days).

    A start outside office hours counts from the next opening: Friday 20:00 + 60 → Monday 10:00.
    """
    moment = _opening_at_or_after(start.astimezone(SITE_ZONE))
    left = timedelta(minutes=minutes)
    while moment + left > _closing(moment):
        left -= _closing(moment) - moment
        moment = _opening(next_workday(moment.date()))
    return moment + left


def _opening(day: date) -> datetime:
    return datetime.combine(day, DAY_STARTS, SITE_ZONE)


def _closing(moment: datetime) -> datetime:
    return datetime.combine(moment.date(), DAY_ENDS, SITE_ZONE)


def _opening_at_or_after(moment: datetime) -> datetime:
    if not is_workday(moment.date()) or moment >= _closing(moment):
        return _opening(next_workday(moment.date()))
    return max(moment, _opening(moment.date()))
