"""When an account may be spoken to about money: within the hours, so often a day and a week, and nobody else."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from django.utils.translation import gettext as _

from zhongshu.kernel.clock import day_of, local

WEEK: Final = timedelta(days=7)


class Hours(NamedTuple):
    """From a time of the day until (exclusive) another; the most contacts on a day, and on any seven days in a row."""

    begins: time
    ends: time
    most_a_day: int
    most_a_week: int


SHIPPED: Final = Hours(time(9), time(20), 1, 3)
"""Where a site says nothing else."""


def is_within(hours: Hours, at: datetime) -> bool:
    return hours.begins <= local(at).time() < hours.ends


def refusal_of(hours: Hours, *, at: datetime, earlier: Iterable[date]) -> str:
    """Why nobody may call now; empty: one may. `earlier`: the days of the contacts so far."""
    day, days = day_of(at), list(earlier)
    if not is_within(hours, at):
        return _("催费联系只能在 %(begins)s 至 %(ends)s 之间，请换个时间。") % {
            "begins": f"{hours.begins:%H:%M}",
            "ends": f"{hours.ends:%H:%M}",
        }
    if days.count(day) >= hours.most_a_day:
        return _("这户当天已经联系过，每天最多 %(most)s 次，请改日再联系。") % {"most": hours.most_a_day}
    if sum(day - WEEK < each < day + WEEK for each in days) >= hours.most_a_week:
        return _("这户一周内已经联系过 %(most)s 次，请过几天再联系。") % {"most": hours.most_a_week}
    return ""
