"""The company's targets as shipped: put in when the table is empty, changed afterwards as dated rows.

Written after each `migrate` rather than inside a migration, so that an emptied database has its targets again.
"""

from datetime import date
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed

STARTS_ON = date(2020, 1, 1)

P1 = {"acknowledge_minutes": 1, "arrive_minutes": 15, "finish_minutes": 120, "follow_up_same_day": True}
P2 = {"acknowledge_minutes": 5, "arrive_minutes": 30, "finish_minutes": 8 * 60, "finish_by_midnight": True}
P3 = {"acknowledge_minutes": 15, "arrive_minutes": 4 * 60, "finish_minutes": 48 * 60}
P4 = {"acknowledge_minutes": 2 * 60, "finish_minutes": 9 * 60, "office_hours": True}
SEVEN_DAYS = 7 * 24
THREE_DAYS = 3 * 24 * 60
# First contact in half an hour; judged and planned within a day; closed within three calendar days.
COMPLAINT = {"kind": "complaint", "acknowledge_minutes": 30, "finish_minutes": 24 * 60, "close_minutes": THREE_DAYS}

ROWS: list[dict[str, Any]] = [
    {"urgency": "P1", **P1, "follow_up_hours": 12},
    # The lift contractor comes from outside.
    {"urgency": "P1", **P1, "category": "elevator", "arrive_minutes": 30, "follow_up_hours": 12},
    {"urgency": "P2", **P2, "follow_up_hours": 24},
    {"urgency": "P3", **P3, "follow_up_hours": SEVEN_DAYS, "follow_up_percent": 30},
    {"urgency": "P4", **P4, "follow_up_hours": SEVEN_DAYS, "follow_up_percent": 20},
    # A complaint about a danger to life is a danger to life first.
    {"urgency": "P1", **P1, "kind": "complaint", "close_minutes": THREE_DAYS, "follow_up_hours": 12},
    {"urgency": "P2", **COMPLAINT, "follow_up_hours": 24},
    {"urgency": "P3", **COMPLAINT, "follow_up_hours": 24},
    {"urgency": "P4", **COMPLAINT, "follow_up_hours": 24},
]


def seed(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Receiver of `post_migrate` (sent by `migrate` and `flush`): writes the rows where there are none."""
    policy = apps.get_model("work", "SlaPolicy")
    rows = policy._default_manager.using(using)
    if not rows.exists():
        rows.bulk_create(policy(starts_on=STARTS_ON, **row) for row in ROWS)
