"""The two days by which lists are narrowed (`since`, `until`, both included), as they stand in the address."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from zhongshu.kernel.clock import SITE_ZONE


@dataclass(frozen=True, slots=True)
class Days:
    """`typed` is what stands in the address; `errors` says by name what is wrong with it: that one narrows nothing."""

    since: date | None = None
    until: date | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Days":
        typed = {name: query.get(name, "").strip() for name in ("since", "until")}
        read = {name: _day(text) for name, text in typed.items()}
        wrong = [name for name, text in typed.items() if text and read[name] is None]
        errors = dict.fromkeys(wrong, _("这不是一个日期，请写成 2026-03-05 这样。"))
        return cls(**read, typed=typed, errors=errors)

    @property
    def starts_at(self) -> datetime | None:
        """The first instant wanted."""
        return _midnight(self.since) if self.since else None

    @property
    def ends_at(self) -> datetime | None:
        """The first instant no longer wanted."""
        return _midnight(self.until + timedelta(days=1)) if self.until else None


def _day(text: str) -> date | None:
    """None for what is no day of our calendar, whose ends cannot be reckoned with."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and date(1900, 1, 1) <= day < date(3000, 1, 1) else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SITE_ZONE)
