"""The weather of a Shanghai-like place: seasons, plum rain, typhoons, heat and cold snaps. A day's sky is a pure
function of the seed and the day.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import cos, pi
from random import Random


class Cause(StrEnum):
    """What the weather does to houses."""

    RAIN = "rain"
    DAMP = "damp"
    WIND = "wind"
    HEAT = "heat"
    FROST = "frost"


@dataclass(frozen=True, slots=True)
class Sky:
    """One day: degrees Celsius, millimetres of rain, Beaufort of the gusts."""

    low: int
    high: int
    rain: int
    wind: int
    is_plum_rain: bool

    @property
    def words(self) -> str:
        """As the story tells it."""
        rain = f", {self.rain} mm of rain" if self.rain else ""
        return f"{self.low} to {self.high} degrees{rain}, wind {self.wind}"

    def strength(self, cause: Cause) -> float:
        """How hard it bears on houses: 0 not at all, 1 as on a bad day, more on the worst."""
        match cause:
            case Cause.RAIN:
                return self.rain / 30
            case Cause.DAMP:
                return float(self.is_plum_rain)
            case Cause.WIND:
                return max(0, self.wind - 5) / 2
            case Cause.HEAT:
                return max(0, self.high - 34) / 2
            case Cause.FROST:
                return max(0, -1 - self.low) / 2

    @property
    def burden(self) -> float:
        """How many matters there are beside a mild day: 1 and more."""
        return min(2.5, 1 + 0.35 * sum(self.strength(cause) for cause in Cause))


def sky_on(day: date, *, seed: str) -> Sky:
    """The weather of that day; a week shares its spell (dry or wet, a typhoon, a heat wave, a cold snap)."""
    week = Random(f"{seed}:weather:{day.isocalendar().year}-{day.isocalendar().week}")  # noqa: S311
    today = Random(f"{seed}:weather:{day}")  # noqa: S311
    wetness, turn, storm_day = week.random(), week.gauss(0, 2.5), week.randint(1, 6)
    plum = (6, 12) <= (day.month, day.day) <= (7, 10) and wetness < 0.8
    storms = day.month in (7, 8, 9) and week.random() < 0.07 and abs(day.isoweekday() - storm_day) <= 1
    mean = _mean(day) + turn + today.gauss(0, 1.5) - 3 * plum - 2 * storms
    if day.month in (12, 1, 2) and week.random() < 0.18:
        mean -= 6
    wet = plum or storms or today.random() < (0.5 if wetness < 0.3 else 0.2)
    rain = round(today.expovariate(1 / (80 if storms else 22 if plum else 9))) if wet else 0
    wind = today.randint(8, 11) if storms else min(7, round(today.triangular(1, 7, 3)))
    return Sky(round(mean - 4), round(mean + 4), rain, wind, plum)


def _mean(day: date) -> float:
    """From 4.5 degrees late in January to 30 late in July."""
    return 17.2 - 12.8 * cos(2 * pi * (day.timetuple().tm_yday - 24) / 365)
