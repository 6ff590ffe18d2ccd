"""The stretch of a year that figures of money look at."""

from dataclasses import dataclass
from datetime import date, timedelta

OLDEST_YEAR, NEWEST_YEAR = 2000, 2999


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the first of January of `year` to the end of `month` (0: of the year), or to today if that is earlier."""

    year: int
    month: int
    today: date

    @classmethod
    def of(cls, year: str, month: str, *, today: date) -> "Stretch":
        """From an address; what makes no sense, or has not begun, is this year up to now."""
        y = int(year) if year.isdecimal() and len(year) == 4 else today.year
        m = int(month) if month.isdecimal() and len(month) <= 2 and int(month) <= 12 else 0
        if not OLDEST_YEAR <= y <= NEWEST_YEAR or (y, max(m, 1)) > (today.year, today.month):
            y, m = today.year, 0
        return cls(y, m, today)

    @property
    def since(self) -> date:
        return date(self.year, 1, 1)

    @property
    def on(self) -> date:
        """The last day looked at."""
        after = date(self.year + self.month // 12, self.month % 12 + 1, 1) if self.month else date(self.year + 1, 1, 1)
        return min(self.today, after - timedelta(days=1))

    @property
    def first_of_month(self) -> date:
        """The month asked for, else the one of the last day."""
        return date(self.year, self.month or self.on.month, 1)

    @property
    def is_now(self) -> bool:
        return self.on == self.today

    @property
    def year_ago(self) -> "Stretch":
        """The same part of the year before."""
        return Stretch(self.year - 1, self.month, a_year_before(self.on))


def a_year_before(day: date) -> date:
    """29 February becomes the 28th."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def first_of_next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def months_before(month: date, number: int) -> date:
    """The first of the month so many months earlier."""
    years, rest = divmod(month.year * 12 + month.month - 1 - number, 12)
    return date(years, rest + 1, 1)


def last_of(month: date) -> date:
    return first_of_next(month) - timedelta(days=1)
