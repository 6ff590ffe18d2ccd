"""Rules of signing in, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
CLOCKS_DISAGREE_BY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within `WINDOW`, then a pause of `WINDOW`: counted from the last or from the first of them."""

    failures: int
    from_last: bool

    def refused_until(self, failed_at: Sequence[datetime], *, at: datetime) -> datetime | None:
        """The instant until which a further try is refused; None when it is allowed. Tries that were refused do
        not count, so the wait does not grow by trying; nor do failures of the future: the clock was wrong then."""
        happened = (instant for instant in failed_at if instant <= at + CLOCKS_DISAGREE_BY)
        latest = sorted(happened)[-self.failures :]
        if len(latest) < self.failures or latest[-1] - latest[0] >= WINDOW:
            return None
        until = (latest[-1] if self.from_last else latest[0]) + WINDOW
        return until if at < until else None


PER_USERNAME = Limit(failures=5, from_last=True)
PER_ADDRESS = Limit(failures=30, from_last=False)
