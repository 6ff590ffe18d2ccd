"""Judgements of complaints are looked at again: drawn by month and judge, agreed with, advised on, revised."""

from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.care.household import CRITERION
from tests.quality.test_pages import browser
from tests.work.conftest import Crew
from zhongshu.cases.actions import revise_judgement
from zhongshu.cases.kinds import Severity
from zhongshu.cases.models import Case, Complaint, Judgement
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.messaging.models import Message
from zhongshu.quality import actions, queries
from zhongshu.quality.errors import AlreadyDrawn, AlreadyReviewed, NothingToDraw, OwnCase
from zhongshu.quality.jobs import draw_due
from zhongshu.quality.kinds import Verdict
from zhongshu.quality.models import JudgementSample, SampledJudgement
from zhongshu.quality.policies import drawn_by_judge

MONTH = date(2026, 10, 1)
JUDGED = some.lists(some.tuples(some.integers(1, 500), some.integers(1, 4)), unique_by=lambda one: one[0])


@settings(max_examples=30)
@given(judged=JUDGED, percent=some.integers(1, 100), seed=some.text(max_size=8))
def test_of_each_judge_the_share_rounded_up_and_always_the_same(
    judged: list[tuple[int, int]], percent: int, seed: str
) -> None:
    drawn = drawn_by_judge(judged, percent=percent, seed=seed)
    judge_of = dict(judged)
    counts = Counter(judge_of.values())
    assert Counter(judge_of[pk] for pk in drawn) == {judge: -(-n * percent // 100) for judge, n in counts.items()}
    assert drawn_by_judge(judged[::-1], percent=percent, seed=seed) == drawn


def judged(crew: Crew, nth: int, judge: User, at: str = "2026-10-12T10:00") -> Judgement:
    when = datetime.fromisoformat(at).replace(tzinfo=SITE_ZONE)
    case = Case.objects.create(
        site=crew.site, number=f"BS-{nth}", channel="telephone", text="保安骂人", category="service_attitude",
        urgency="P3", team_kind="security", state="open", opened_at=when,
    )  # fmt: skip
    Complaint.objects.create(site=crew.site, case=case, kind="complaint", at=when, judge_due_at=when, judged_at=when)
    return Judgement.objects.create(
        site=crew.site, case=case, at=when, by=judge, by_name=judge.name, upheld=True, severity=Severity.MEDIUM,
        points=-8, criteria=[CRITERION[Severity.MEDIUM]], note="当面争吵",
    )  # fmt: skip


@pytest.fixture
def lead(crew: Crew) -> User:
    return crew.cast.user(Role.SERVICE_LEAD, crew.site)


def draw(crew: Crew, **given: Any) -> JudgementSample:
    who = crew.cast.actor(Role.QUALITY, name="品质")
    facts: dict[str, Any] = {"actor": who, "at": crew.noon, "site": crew.site, "month": MONTH}
    return actions.draw_judgements(**(facts | given))


def review(crew: Crew, row: SampledJudgement, verdict: Verdict, **given: Any) -> SampledJudgement:
    facts: dict[str, Any] = {"actor": crew.cast.actor(Role.QUALITY, name="品质"), "at": crew.noon, "sampled_id": row.pk}
    return actions.review_judgement(**(facts | {"verdict": verdict} | given))


@pytest.mark.django_db
def test_a_month_is_drawn_once_and_can_be_drawn_again_by_its_seed(crew: Crew, lead: User) -> None:
    other = crew.cast.user(Role.SITE_MANAGER, crew.site, name="另一位经理")
    for nth in range(12):
        judged(crew, nth, lead)
    judged(crew, 20, other)
    judged(crew, 21, other, "2026-09-30T23:59")
    judged(crew, 22, other, "2026-11-01T00:00")
    sample = draw(crew)
    assert (sample.population, len(sample.seed), queries.draws_the_same(sample)) == (13, 16, True)
    by = Counter(sample.judgements.values_list("judgement__by", flat=True))
    assert by == {lead.pk: 2, other.pk: 1}
    JudgementSample.objects.filter(pk=sample.pk).update(seed="别的")
    sample.refresh_from_db()
    with pytest.raises(AlreadyDrawn):
        draw(crew)
    with pytest.raises(NothingToDraw):
        draw(crew, month=date(2026, 8, 15))
    with pytest.raises(Invalid):
        draw(crew, month=date(2026, 11, 1))
    with pytest.raises(NotFound):
        draw(crew, actor=crew.actor("经理"))
    assert JudgementSample.objects.count() == 1


@pytest.mark.django_db
def test_the_month_s_job_draws_every_site_once(crew: Crew, lead: User) -> None:
    judged(crew, 1, lead)
    assert [draw_due(crew.noon), draw_due(crew.noon)] == [1, 0]


@pytest.mark.django_db
def test_what_is_not_agreed_is_told_and_what_is_wrong_is_judged_anew(crew: Crew, lead: User) -> None:
    first = judged(crew, 1, lead)
    (row,) = draw(crew).judgements.all()
    with pytest.raises(Invalid):
        review(crew, row, Verdict.ADVISED)
    with pytest.raises(Invalid):
        review(crew, row, Verdict.REVISED, words="没有争吵")
    assert SampledJudgement.objects.get().reviewed_at is None
    done = review(
        crew, row, Verdict.REVISED, words="录像里没有争吵", severity=Severity.ORDINARY, points=-3,
        criteria=[CRITERION[Severity.ORDINARY]],
    )  # fmt: skip
    points = list(Judgement.objects.filter(case=first.case).order_by("pk").values_list("points", flat=True))
    assert (points, done.revision and done.revision.points) == ([-8, 8, -3], -3)
    assert Message.objects.get(kind="judgement_reviewed", recipient=lead).body == "录像里没有争吵"
    with pytest.raises(AlreadyReviewed):
        review(crew, row, Verdict.AGREED)
    (result,) = queries.judges_of_sample(row.sample)
    assert (result["drawn"], result["reviewed"], result["revised"]) == (1, 1, 1)


@pytest.mark.django_db
def test_nobody_looks_at_their_own_and_nothing_is_revised_twice(crew: Crew, lead: User) -> None:
    judged(crew, 1, crew.cast.user(Role.QUALITY, name="品质"))
    mine = draw(crew).judgements.get()
    with pytest.raises(OwnCase):
        review(crew, mine, Verdict.AGREED)
    with pytest.raises(NotFound):
        review(crew, mine, Verdict.AGREED, actor=crew.actor("经理"))
    head_office = crew.cast.actor(Role.HEAD_OFFICE, name="总部")
    ruling: dict[str, Any] = {"severity": Severity.ORDINARY, "points": -3, "criteria": [CRITERION[Severity.ORDINARY]]}
    revise_judgement(actor=head_office, at=crew.noon, case_id=mine.judgement.case_id, note_text="已修正", **ruling)
    with pytest.raises(Invalid, match="不再有效"):
        review(crew, mine, Verdict.REVISED, words="再修正", actor=head_office, **ruling)


@pytest.mark.django_db
def test_the_department_works_through_the_month_on_its_pages(crew: Crew, lead: User) -> None:
    judged(crew, 1, lead)
    department = browser(crew, crew.cast.user(Role.QUALITY, name="品质"))
    assert department.post("/quality/judgements", {"month": "2026-13"}).status_code == 422
    assert "没有裁定" in department.post("/quality/judgements", {"month": "2026-08"}).content.decode()
    where = department.post("/quality/judgements", {"month": "2026-10"}).headers["Location"]
    assert "结果一致" in department.get(where).content.decode()
    page = f"/quality/judgements/sampled/{SampledJudgement.objects.get().pk}"
    assert "当面争吵" in department.get(page).content.decode()
    refused = department.post(page, {"verdict": "advised", "words": ""})
    assert refused.status_code == 422
    assert department.post(page, {"verdict": "advised", "words": "说明可以更具体"}).headers["Location"] == where
    manager = browser(crew, crew.staff["经理"].user)
    assert "说明可以更具体" in manager.get(page).content.decode()
    assert "2026-10" in manager.get("/quality/judgements").content.decode()
    assert manager.post("/quality/judgements", {"month": "2026-10"}).status_code == 404


@pytest.mark.django_db
def test_programs_draw_and_look_again(crew: Crew, lead: User) -> None:
    judged(crew, 1, lead)
    department = browser(crew, crew.cast.user(Role.QUALITY, name="品质"))
    wanted: dict[str, Any] = {"content_type": "application/json"}
    drawn = department.post("/api/v1/quality/judgement-samples", {"site": "YQL", "month": "2026-10-05"}, **wanted)
    assert (drawn.status_code, drawn.json()["population"]) == (201, 1)
    (row,) = department.get(f"/api/v1/quality/judgement-samples/{drawn.json()['id']}").json()["judgements"]
    where = f"/api/v1/quality/sampled-judgements/{row['id']}/review"
    assert department.post(where, {"verdict": "advised"}, **wanted).status_code == 422
    answer = department.post(where, {"verdict": "agreed"}, **wanted)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "agreed")
