"""In the world of the house: a plan, a priority record, a link, a request for a person, a judgement drawn."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from zhongshu.care.models import ExplanationLink, ImprovementPlan, PriorityRecord, PriorityReview, ReviewRequest
from zhongshu.cases.models import Judgement
from zhongshu.identity.roles import Role
from zhongshu.identity.tokens import digest_of
from zhongshu.kernel.clock import day_of
from zhongshu.quality.models import JudgementSample, SampledJudgement

if TYPE_CHECKING:
    from tests.house.world import World

OWN_SECRET = "o" * 43


def make_contested(world: "World") -> dict[str, Any]:
    """What was made, by the names that tests/house/addresses.py uses."""
    today, account, site = day_of(world.at), world.account, world.site
    keeper, lead = world.staff[Role.KEEPER].user, world.cast.user(Role.SERVICE_LEAD, site)
    home: dict[str, Any] = {"site": site, "account": account}
    plan = ImprovementPlan.objects.create(**home, opened_on=today, due_on=today, owner=keeper)
    record = PriorityRecord.objects.create(**home, opened_on=today, review_on=today, owner=keeper)
    PriorityReview.objects.create(site=site, record=record, at=world.at, by=keeper, score=40, text="面谈")
    ExplanationLink.objects.create(
        **home, token_hash=digest_of(OWN_SECRET), made_at=world.at, valid_until=world.at + timedelta(days=14)
    )
    review = ReviewRequest.objects.create(**home, asked_at=world.at, words="为什么", due_on=today + timedelta(days=15))
    judged = Judgement.objects.create(
        site=site, case=world.complaint, at=world.at, by=lead, by_name=lead.name, upheld=True, severity="ordinary",
        points=-3, criteria=["curt"], note="态度生硬",
    )  # fmt: skip
    sample = JudgementSample.objects.create(
        site=site, month=date(2026, 1, 1), drawn_at=world.at, seed="7", percent=10, population=1
    )
    drawn = SampledJudgement.objects.create(site=site, sample=sample, judgement=judged)
    return {"plan": plan, "record": record, "review": review, "sample": sample, "judgement": drawn}
