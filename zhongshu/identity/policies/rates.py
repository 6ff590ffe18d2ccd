"""How often is often enough: so many at once, then one by one, and never more than `most` in any `per`."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `most` within any stretch of `per`; of them `at_once` without a pause, then one every `pause`.

    What is remembered of the past is one instant, `free_at`: when everything spent so far would be earned again.
    """

    name: str
    most: int
    per: timedelta
    at_once: int

    def __post_init__(self) -> None:
        if not 0 < self.at_once < self.most:
            raise ValueError(f"{self.name}: some at once, but not all of them")

    @property
    def pause(self) -> timedelta:
        """In whole microseconds, rounded up."""
        return -(-self.per // (self.most - self.at_once))

    @property
    def credit(self) -> timedelta:
        """How far ahead of the clock `free_at` may be when one more is asked for."""
        return self.pause * (self.at_once - 1)

    def scaled(self, most: int) -> "Rate":
        """The same with another `most`; the share that may come at once stays, as far as it can."""
        return Rate(self.name, most, self.per, min(max(most * self.at_once // self.most, 1), most - 1))

    def spend(self, free_at: datetime | None, *, at: datetime) -> datetime | None:
        """The new `free_at` when one more is allowed; None when not.

        An instant further ahead than spending can bring it was written while the clock was wrong, or under a wider
        limit: it counts as nothing spent, so that nobody is kept out for longer than `per`.
        """
        if free_at is None or free_at > at + self.credit + self.pause:
            free_at = at
        return max(free_at, at) + self.pause if free_at <= at + self.credit else None

    def wait(self, free_at: datetime, *, at: datetime) -> timedelta:
        """How long until one more is allowed."""
        return max(free_at - self.credit - at, timedelta())


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

API_READ = Rate("api_read", most=600, per=MINUTE, at_once=120)
API_WRITE = Rate("api_write", most=120, per=MINUTE, at_once=40)
STRANGER = Rate("stranger", most=600, per=MINUTE, at_once=200)
UPLOAD = Rate("upload", most=60, per=HOUR, at_once=30)
EXPORT = Rate("export", most=60, per=10 * MINUTE, at_once=30)
CLASSIFY = Rate("classify", most=240, per=MINUTE, at_once=80)
SEARCH = Rate("search", most=240, per=MINUTE, at_once=80)
SECRET = Rate("secret", most=60, per=15 * MINUTE, at_once=30)
CHECK = Rate("check", most=240, per=MINUTE, at_once=80)
PAY = Rate("pay", most=40, per=15 * MINUTE, at_once=15)

ALL = (API_READ, API_WRITE, STRANGER, UPLOAD, EXPORT, CLASSIFY, SEARCH, SECRET, CHECK, PAY)
RATES = {rate.name: rate for rate in ALL}


def chosen(text: str) -> dict[str, Rate]:
    """The rates as an installation wants them: `search=500,export=200` changes two, `off` leaves none.

    Raises ValueError for a name that is none, or a number that is not above 1.
    """
    if text.strip() == "off":
        return {}
    changes = dict(pair.strip().split("=") for pair in text.split(",") if pair.strip())
    if unknown := changes.keys() - RATES:
        raise ValueError(f"no limit is called {', '.join(sorted(unknown))}")
    return RATES | {name: RATES[name].scaled(int(most)) for name, most in changes.items()}
