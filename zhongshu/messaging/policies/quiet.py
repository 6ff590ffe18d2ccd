"""The hours of the night in which nobody is disturbed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from zhongshu.kernel.clock import local


@dataclass(frozen=True, slots=True)
class Quiet:
    """From a time of the day until another, over midnight where that is earlier; equal: never."""

    begins: time
    ends: time

    def covers(self, at: datetime) -> bool:
        """Whether the instant lies within, `ends` excluded."""
        now = local(at).time()
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


SHIPPED = Quiet(time(21, 0), time(8, 0))
"""Where a company has said nothing else."""


def earliest(at: datetime, quiet: Quiet, *, is_exempt: bool) -> datetime:
    """When something that is ready at that instant may go. Exempt: urgent, or to somebody who is on shift."""
    if is_exempt or not quiet.covers(at):
        return at
    wall = local(at)
    morning = datetime.combine(wall.date(), quiet.ends, wall.tzinfo)
    return morning if morning > wall else morning + timedelta(days=1)
