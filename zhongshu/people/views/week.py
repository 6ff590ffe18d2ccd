"""A week of rosters as the page shows it: staff by days, and above them who watches over the site."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.kernel.clock import SITE_ZONE, day_of, local
from zhongshu.people.kinds import DUTY_LABELS, Duty, TeamKind
from zhongshu.people.models import Absence, RosterEntry, Staff
from zhongshu.people.policies import Gap, Span, without
from zhongshu.people.queries import absences_between, roster_between, uncovered

WATCHES = (Duty.DUTY_OFFICER, Duty.CONTROL_ROOM)


@dataclass(frozen=True, slots=True)
class Shift:
    """An entry in the cell of a day; `is_missed` when the person is away all the while."""

    entry: RosterEntry
    hours: str
    is_missed: bool

    @property
    def is_watch(self) -> bool:
        return self.entry.duty in WATCHES


@dataclass(slots=True)
class Cell:
    """One person on one day, or everybody who watches on that day."""

    shifts: list[Shift] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A time without enough people for a duty, with its hours in words."""

    label: Any
    hours: str
    present: int


class Week:
    """Seven days from `monday`; two statements, whatever the number of people."""

    def __init__(self, site_id: int, monday: date) -> None:
        self.days = [monday + timedelta(days=nth) for nth in range(7)]
        self.start = datetime.combine(monday, time(), SITE_ZONE)
        self.end = self.start + timedelta(days=7)
        self.entries = list(roster_between(site_id=site_id, start=self.start, end=self.end))
        self.absences = list(absences_between(site_id=site_id, start=self.start, end=self.end))
        self._away: dict[int, list[Absence]] = defaultdict(list)
        for absence in self.absences:
            self._away[absence.staff_id].append(absence)

    def rows(self, staff: Iterable[Staff]) -> list[tuple[Staff, list[Cell]]]:
        """Each person with seven cells."""
        cells: dict[tuple[int, date], Cell] = defaultdict(Cell)
        for entry in self.entries:
            cells[entry.staff_id, self._day(entry)].shifts.append(self._shift(entry))
        for absence in self.absences:
            for day in self._days_away(absence):
                cells[absence.staff_id, day].absences.append(absence)
        return [(person, [cells[person.pk, day] for day in self.days]) for person in staff]

    def watches(self) -> list[tuple[Duty, Any, list[Cell]]]:
        """The duty officers and the control room, with seven cells each."""
        cells: dict[tuple[str, date], Cell] = defaultdict(Cell)
        for entry in self.entries:
            cells[entry.duty, self._day(entry)].shifts.append(self._shift(entry))
        return [(duty, DUTY_LABELS[duty], [cells[duty, day] for day in self.days]) for duty in WATCHES]

    def uncovered(self, staff: Sequence[Staff], *, at: datetime) -> list[Uncovered]:
        """Times without duty officer or control room; what is past is not told in the week that runs."""
        start = at if self.start < at < self.end else self.start
        has_control_room = any(person.team and person.team.kind == TeamKind.CONTROL_ROOM for person in staff)
        found = uncovered(self.entries, self.absences, start=start, end=self.end, has_control_room=has_control_room)
        return [
            Uncovered(DUTY_LABELS[duty], gap_in_words(gap), gap.present) for duty, gaps in found.items() for gap in gaps
        ]

    def _day(self, entry: RosterEntry) -> date:
        """What began last week stands under Monday."""
        return max(day_of(entry.starts_at), self.days[0])

    def _shift(self, entry: RosterEntry) -> Shift:
        away = [Span(absence.starts_at, absence.ends_at) for absence in self._away[entry.staff_id]]
        is_missed = not without(Span(entry.starts_at, entry.ends_at), away)
        return Shift(entry, self._hours(entry), is_missed)

    def _hours(self, entry: RosterEntry) -> str:
        begins = "…" if entry.starts_at < self.start else f"{local(entry.starts_at):%H:%M}"
        return f"{begins}–{local(entry.ends_at):%H:%M}"

    def _days_away(self, absence: Absence) -> list[date]:
        last = day_of(absence.ends_at - timedelta.resolution)
        return [day for day in self.days if day_of(absence.starts_at) <= day <= last]


def in_words(cell: Cell) -> str:
    """A cell of the workbook."""
    shifts = [
        shift.hours if not shift.is_watch else f"{shift.hours} {DUTY_LABELS[Duty(shift.entry.duty)]}"
        for shift in cell.shifts
    ]
    return "\n".join([*shifts, *(_("请假") for _absence in cell.absences)])


def gap_in_words(gap: Gap) -> str:
    """`11-05 20:00 – 11-06 08:00`; the day once where it is the same."""
    starts, ends = local(gap.starts_at), local(gap.ends_at)
    until = f"{ends:%H:%M}" if starts.date() == ends.date() else f"{ends:%m-%d %H:%M}"
    return f"{starts:%m-%d %H:%M} – {until}"
