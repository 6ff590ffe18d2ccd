"""Service standards by stars: what a site of that class promises, as rows of targets. Three stars are the targets as
shipped (`work.defaults`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOUR, DAY = 60, 24 * 60
A_WEEK = 7 * 24
Row = Mapping[str, Any]

#: By which a row of targets is found.
KEYS = ("kind", "category", "urgency")
#: What an order of that urgency promises, in minutes.
MINUTES = ("acknowledge_minutes", "arrive_minutes", "finish_minutes", "close_minutes")
NOTHING_SET: Row = {
    **dict.fromkeys(MINUTES),
    "kind": "",
    "category": "",
    "finish_by_midnight": False,
    "follow_up_percent": 100,
    "follow_up_same_day": False,
    "office_hours": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """A pack. Minutes of each urgency: (acknowledge, arrive, finish); of complaints (first contact, judged, closed);
    follow-up (per cent, hours)."""

    stars: int
    name: str | Promise
    promise: str | Promise
    p1: tuple[int, int, int]
    p2: tuple[int, int, int]
    p3: tuple[int, int, int]
    p4: tuple[int, int]
    complaint: tuple[int, int, int]
    lift_arrives: int = 30
    until_midnight: bool = True
    follow_p2: int = 24
    follow_p3: tuple[int, int] = (30, A_WEEK)
    follow_p4: tuple[int, int] = (20, A_WEEK)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of targets, with every column: nothing of the company's own shows through."""
        danger = {**_times(*self.p1), "follow_up_same_day": True, "follow_up_hours": 12}
        sampled, answered = _follow(*self.follow_p3), _follow(*self.follow_p4)
        urgent = {**_times(*self.p2), "finish_by_midnight": self.until_midnight, "follow_up_hours": self.follow_p2}
        answer = {"acknowledge_minutes": self.p4[0], "finish_minutes": self.p4[1], "office_hours": True}
        first, judged, closed = self.complaint
        rows: list[Row] = [
            {"urgency": "P1", **danger},
            {"urgency": "P1", **danger, "category": "elevator", "arrive_minutes": self.lift_arrives},
            {"urgency": "P2", **urgent},
            {"urgency": "P3", **_times(*self.p3), **sampled},
            {"urgency": "P4", **answer, **answered},
            {"urgency": "P1", **danger, "kind": "complaint", "close_minutes": closed},
        ]
        heard = {"acknowledge_minutes": first, "finish_minutes": judged, "close_minutes": closed}
        rows += [
            {"urgency": urgency, "kind": "complaint", **heard, "follow_up_hours": 24} for urgency in ("P2", "P3", "P4")
        ]
        return tuple({**NOTHING_SET, **row} for row in rows)


def _times(acknowledge: int, arrive: int, finish: int) -> Row:
    return {"acknowledge_minutes": acknowledge, "arrive_minutes": arrive, "finish_minutes": finish}


def _follow(percent: int, hours: int) -> Row:
    return {"follow_up_percent": percent, "follow_up_hours": hours}


STANDARDS = (
    Standard(
        stars=1,
        name=_("一星 基本"),
        promise=_("险情马上有人管，报修三天内修好，投诉五天内有结果。"),
        p1=(2, 20, 3 * HOUR),
        p2=(10, HOUR, 12 * HOUR),
        p3=(HOUR, DAY, 3 * DAY),
        p4=(4 * HOUR, 18 * HOUR),
        complaint=(HOUR, 2 * DAY, 5 * DAY),
        follow_p2=48,
        follow_p3=(10, A_WEEK),
        follow_p4=(10, A_WEEK),
    ),
    Standard(
        stars=2,
        name=_("二星 规范"),
        promise=_("险情一刻钟到场，报修当天有人上门，投诉四天内有结果。"),
        p1=(1, 15, 150),
        p2=(8, 45, 10 * HOUR),
        p3=(30, 8 * HOUR, 60 * HOUR),
        p4=(3 * HOUR, 12 * HOUR),
        complaint=(45, 36 * HOUR, 4 * DAY),
        follow_p2=36,
        follow_p3=(20, A_WEEK),
        follow_p4=(15, A_WEEK),
    ),
    Standard(
        stars=3,
        name=_("三星 标准"),
        promise=_("险情一刻钟到场，报修四小时内上门、两天内修好，投诉三天内有结果。"),
        p1=(1, 15, 2 * HOUR),
        p2=(5, 30, 8 * HOUR),
        p3=(15, 4 * HOUR, 2 * DAY),
        p4=(2 * HOUR, 9 * HOUR),
        complaint=(30, DAY, 3 * DAY),
    ),
    Standard(
        stars=4,
        name=_("四星 优质"),
        promise=_("险情十分钟到场，报修两小时内上门，半数报修回访，投诉十八小时内答复。"),
        p1=(1, 10, 2 * HOUR),
        p2=(5, 25, 6 * HOUR),
        p3=(10, 2 * HOUR, 36 * HOUR),
        p4=(HOUR, 6 * HOUR),
        complaint=(20, 18 * HOUR, 3 * DAY),
        until_midnight=False,
        follow_p3=(50, 5 * 24),
        follow_p4=(30, 5 * 24),
    ),
    Standard(
        stars=5,
        name=_("五星 管家"),
        promise=_("险情十分钟到场，报修一小时内上门、一天内修好并逐件回访，投诉两天内有结果。"),
        p1=(1, 10, 90),
        p2=(3, 20, 4 * HOUR),
        p3=(5, HOUR, DAY),
        p4=(30, 4 * HOUR),
        complaint=(10, 12 * HOUR, 2 * DAY),
        until_midnight=False,
        follow_p2=12,
        follow_p3=(100, 3 * 24),
        follow_p4=(50, 3 * 24),
    ),
)
BY_STARS = {standard.stars: standard for standard in STANDARDS}
