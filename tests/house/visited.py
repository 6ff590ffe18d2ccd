"""Visits and a survey in the world of the house's tests."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile

from zhongshu.community.kinds import Mood, VisitManner
from zhongshu.community.models import DrawnVisit, Invitation, Survey, Visit, VisitDraw
from zhongshu.community.policies.quarters import quarter_after, quarter_of
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of
from zhongshu.kernel.clock import day_of

if TYPE_CHECKING:
    from tests.house.world import World

SECRET = "s" * 32


def make_visited(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    today, site, account = day_of(world.at), world.site, world.account
    quarter, keeper = quarter_of(today), world.staff[Role.KEEPER].user
    draw = VisitDraw.objects.create(
        site=site, keeper=keeper, quarter=quarter, month=today.replace(day=1), seed="7", population=1, count=1,
        candidates=[[account.pk, "P1-1", False]], drawn_at=world.at,
    )  # fmt: skip
    DrawnVisit.objects.create(
        site=site, draw=draw, keeper=keeper, account=account, quarter=quarter, planned_on=today - timedelta(days=1)
    )
    visit = Visit.objects.create(
        site=site, account=account, manner=VisitManner.TELEPHONE, on=today, mood=Mood.CONTENT, words="都好",
        photo=ContentFile(b"jpeg", "1.jpg"), by=keeper, by_name=keeper.name, recorded_at=world.at,
    )  # fmt: skip
    survey = Survey.objects.create(site=site, quarter=quarter, closes_on=quarter_after(quarter), sent_at=world.at)
    invitation = Invitation.objects.create(
        site=site, survey=survey, account=account, keeper=keeper, digest=digest_of(SECRET)
    )
    return {"draw": draw, "visit": visit, "day": quarter.isoformat(), "invitation": invitation}
