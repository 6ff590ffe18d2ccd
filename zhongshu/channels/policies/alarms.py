"""What an alarm is worth, and which alarms belong together."""

from datetime import datetime, timedelta

from zhongshu.channels.kinds import HAZARDS, SEVERITY_URGENCY, AlarmKind, AlarmSeverity
from zhongshu.work.kinds import Urgency


def urgency_of(kind: AlarmKind, severity: AlarmSeverity) -> Urgency:
    """A hazard is a hazard at once; otherwise as bad as the device says."""
    return Urgency.P1 if kind in HAZARDS else SEVERITY_URGENCY[severity]


def becomes_case(kind: AlarmKind, severity: AlarmSeverity) -> bool:
    """What is only worth knowing is kept, and no more."""
    return kind in HAZARDS or severity != AlarmSeverity.INFO


def belongs(last_raised_at: datetime, raised_at: datetime, *, window_minutes: int) -> bool:
    """Whether an alarm goes on rather than begins: within the window of the one before, whichever was told first."""
    return abs(raised_at - last_raised_at) <= timedelta(minutes=window_minutes)


def is_worth_a_line(times: int) -> bool:
    """A detector that chatters would fill the case: the second time is noted, then every tenfold."""
    return times == 2 or (times >= 10 and str(times).strip("0") == "1")
