"""By when an order is to be acknowledged, reached, finished and closed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.workdays import add_working_minutes
from zhongshu.work.kinds import Stage

RULING_MINUTES = 15
OBJECTION_MINUTES = 15
SAME_DAY_AT_LEAST = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaTarget:
    """Minutes from the start to each stage; None: no such target.

    `office_hours`: minutes of the work calendar, else round the clock. `finish_by_midnight`: done by 24:00 of the
    day, but never in less than `finish_minutes`.
    """

    acknowledge_minutes: int | None = None
    arrive_minutes: int | None = None
    finish_minutes: int | None = None
    close_minutes: int | None = None
    finish_by_midnight: bool = False
    office_hours: bool = False


@dataclass(frozen=True, slots=True)
class FollowUpRule:
    """How many in a hundred are called back about, and within how many hours; `same_day`: by 24:00 instead."""

    percent: int
    hours: int
    same_day: bool = False

    def due_at(self, done_at: datetime) -> datetime:
        """The latest instant of the call. On the same day, but two hours are always left to make it."""
        if self.same_day:
            return max(midnight_after(done_at), done_at + SAME_DAY_AT_LEAST)
        return done_at + timedelta(hours=self.hours)


def targets(sla: SlaTarget, *, opened_at: datetime, booked_at: datetime | None = None) -> dict[Stage, datetime]:
    """The instant of each target for an order whose clocks start at `opened_at`."""
    minutes = {
        Stage.ACKNOWLEDGE: sla.acknowledge_minutes,
        Stage.ARRIVE: sla.arrive_minutes,
        Stage.FINISH: sla.finish_minutes,
        Stage.CLOSE: sla.close_minutes,
    }
    found = {stage: _after(opened_at, m, sla.office_hours) for stage, m in minutes.items() if m is not None}
    if sla.finish_by_midnight and Stage.FINISH in found:
        found[Stage.FINISH] = max(found[Stage.FINISH], midnight_after(opened_at))
    return _as_booked(found, booked_at)


def ruling_target(objected_at: datetime) -> datetime:
    """By when the supervisor rules on an objection."""
    return objected_at + timedelta(minutes=RULING_MINUTES)


def may_object(*, dispatched_at: datetime, at: datetime) -> bool:
    """Whether it is early enough to hand an order back."""
    return at - dispatched_at <= timedelta(minutes=OBJECTION_MINUTES)


def midnight_after(at: datetime) -> datetime:
    """24:00 of the day on the sites' clock."""
    tomorrow = at.astimezone(SITE_ZONE).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), SITE_ZONE)


def _after(start: datetime, minutes: int, office_hours: bool) -> datetime:
    return add_working_minutes(start, minutes) if office_hours else start + timedelta(minutes=minutes)


def _as_booked(found: dict[Stage, datetime], booked_at: datetime | None) -> dict[Stage, datetime]:
    """A visit agreed with the customer is the target of arriving; a later visit moves what comes after it as well."""
    if booked_at is None or Stage.ARRIVE not in found:
        return found
    later = max(booked_at - found[Stage.ARRIVE], timedelta(0))
    after = (Stage.FINISH, Stage.CLOSE)
    moved: dict[Stage, datetime] = {stage: found[stage] + later for stage in after if stage in found}
    return {**found, **moved, Stage.ARRIVE: booked_at}
