"""The company's targets as shipped: put in when the table is empty, changed afterwards as dated rows.

Written after each `migrate` rather than inside a migration, so that an emptied database has its targets again.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed

from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.work.policies.checklists import kept, read

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


#: Sections `## kind | category | name` of items as `policies.checklists` reads them. Only where a life may depend on it
#: something must be answered; a company or a site asks for more by publishing a version of its own.
CHECKLISTS = Path(__file__).parent / "data" / "checklists.txt"


def shipped_checklists() -> Iterator[dict[str, Any]]:
    """The checklists as shipped: kind, category, name, items."""
    for section in CHECKLISTS.read_text(encoding="utf-8").split("## ")[1:]:
        head, text = section.split("\n", 1)
        kind, category, name = (word.strip() for word in head.split("|"))
        yield {"kind": kind, "category": category, "name": name, "items": kept(read(text))}


def seed_checklists(using: str, apps: Apps = installed) -> None:
    """The company's checklists as shipped, where there are none."""
    if "checklisttemplate" not in apps.all_models["work"]:
        return  # brought back to before there were checklists
    template = apps.get_model("work", "ChecklistTemplate")
    rows = template._default_manager.using(using)
    if not rows.exists():
        starts_at = datetime.combine(STARTS_ON, time.min, SITE_ZONE)
        rows.bulk_create(template(version=1, starts_at=starts_at, **facts) for facts in shipped_checklists())


def seed(using: str, apps: Apps = installed, **signal: Any) -> None:
    """Receiver of `post_migrate` (sent by `migrate` and `flush`): writes the rows where there are none."""
    policy = apps.get_model("work", "SlaPolicy")
    rows = policy._default_manager.using(using)
    if not rows.exists():
        rows.bulk_create(policy(starts_on=STARTS_ON, **row) for row in ROWS)
    seed_checklists(using, apps)
