"""The numbers that a site may set for itself, as of a day."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much anger one person takes, how soon a missed caller is called, how long alarms belong together."""

    angry_minutes: int = 45
    angry_in_a_row: int = 3
    relief_minutes: int = 30
    angry_caller_days: int = 7
    call_back_minutes: int = 15
    alarm_window_minutes: int = 30
    sign_minutes: int = 120
    contact_hours: int = 24


STANDARD = Limits()
