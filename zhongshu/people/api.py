"""People over `/api/v1`: who is on duty."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.timezone import is_naive
from ninja import Router, Schema

from zhongshu.estate.api import Line, actor_of, site_of
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.people.kinds import Duty
from zhongshu.people.permissions import VIEW_PEOPLE
from zhongshu.people.queries import on_duty

router = Router(tags=["people"])


class OnDutyOut(Schema):
    staff_id: int
    employee_no: str
    name: str
    team: str | None


@router.get("/on-duty", response=list[OnDutyOut], summary="Who is on duty")
def list_on_duty(
    request: HttpRequest, site: Line, duty: Duty = Duty.SHIFT, at: datetime | None = None
) -> list[dict[str, Any]]:
    """At `at` (without an offset: Asia/Shanghai; not given: now)."""
    found = site_of(actor_of(request), site, VIEW_PEOPLE)
    if at is not None and is_naive(at):
        at = at.replace(tzinfo=SITE_ZONE)
    return [
        {
            "staff_id": staff.pk,
            "employee_no": staff.employee_no,
            "name": staff.user.name,
            "team": staff.team.name if staff.team else None,
        }
        for staff in on_duty(site_id=found.pk, at=at or now(), duty=duty)
    ]
