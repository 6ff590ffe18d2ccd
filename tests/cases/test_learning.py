"""Learning from what staff put right: a model replaces the one in use only where it is better."""

import pytest

from tests.cast import DAY_ONE, Cast
from zhongshu.cases import actions
from zhongshu.cases.actions import learning
from zhongshu.cases.classification import classify, shipped
from zhongshu.cases.classification.examples import Example, holdout_examples, training_examples
from zhongshu.cases.classification.labels import Category, Team, Urgency
from zhongshu.cases.classification.model import Model
from zhongshu.cases.classification.quality import measure
from zhongshu.cases.classification.training import train
from zhongshu.cases.engine import learned
from zhongshu.cases.errors import NothingToLearn
from zhongshu.cases.models import LearnedModel
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Learning from a tenth of the shipped sentences takes a tenth of the time."""
    monkeypatch.setattr(learning, "training_examples", lambda: training_examples()[::10])
    calm = [one for one in holdout_examples() if one.category == Category.BILLING and one.urgency == Urgency.P4]
    monkeypatch.setattr(learning, "holdout_examples", lambda: calm)


@pytest.fixture(autouse=True)
def forgets() -> object:
    yield
    shipped.use(None)


def a_poor_model() -> Model:
    return train([Example("漏水", Category.PLUMBING, Urgency.P3, Team.ENGINEERING, ())] * 3)


def a_case_put_right(cast: Cast) -> None:
    desk = cast.actor(Role.CALL_TAKER, cast.yql)
    case = actions.open_case(actor=desk, at=DAY_ONE, site=cast.yql, channel="telephone", text="那个东西又不灵了").case
    actions.correct_classification(actor=desk, at=DAY_ONE, case_id=case.pk, category="access_control")


def test_a_better_model_is_taken_into_use_and_a_worse_one_is_not(cast: Cast, few: None):
    quality = cast.actor(Role.QUALITY)
    a_case_put_right(cast)
    shipped.use(0, a_poor_model())
    first = actions.retrain(actor=quality, at=DAY_ONE)
    assert first.is_adopted, first.reason
    assert (first.corrected_cases, shipped.name_in_use()) == (1, first.pk)
    again = actions.retrain(actor=quality, at=DAY_ONE)
    assert not again.is_adopted, "no better than the one in use"
    assert (bytes(again.packed), shipped.name_in_use()) == (b"", first.pk)


def test_another_process_takes_up_what_was_learned(cast: Cast, few: None):
    a_case_put_right(cast)
    shipped.use(0, a_poor_model())
    row = actions.retrain(actor=cast.actor(Role.QUALITY), at=DAY_ONE)
    before = classify("厨房水管漏水")
    shipped.use(None)
    learned.refresh()
    assert shipped.name_in_use() == row.pk
    assert classify("厨房水管漏水") == before


def test_danger_is_heard_whatever_was_learned():
    for model in (None, a_poor_model()):
        assert classify("电梯困人，快来", model).urgency == Urgency.P1


def test_what_staff_chose_at_once_is_learned_too(cast: Cast):
    desk = cast.actor(Role.CALL_TAKER, cast.yql)
    told = {"actor": desk, "at": DAY_ONE, "site": cast.yql, "channel": "telephone"}
    actions.open_case(**told, text="楼道灯不亮", category="elevator")
    actions.open_case(**told, text="楼道灯也不亮")
    assert [(one.text, one.category) for one in learned.corrected_examples()] == [("楼道灯不亮", Category.ELEVATOR)]


def test_without_anything_put_right_there_is_nothing_to_learn(cast: Cast):
    with pytest.raises(NothingToLearn):
        actions.retrain(actor=cast.actor(Role.QUALITY), at=DAY_ONE)


def test_a_call_taker_may_not_retrain(cast: Cast):
    a_case_put_right(cast)
    with pytest.raises(NotFound):
        actions.retrain(actor=cast.actor(Role.CALL_TAKER, cast.yql), at=DAY_ONE)
    assert not LearnedModel.objects.exists()


def test_the_page_shows_quality_by_category_and_every_attempt(cast: Cast, few: None, client):
    a_case_put_right(cast)
    actions.retrain(actor=cast.actor(Role.QUALITY), at=DAY_ONE)
    client.force_login(cast.user(Role.QUALITY))
    page = client.get("/cases/learning").content.decode()
    assert "电梯" in page
    assert LearnedModel.objects.get().reason in page


def test_measuring_counts_what_was_found():
    quality = measure(holdout_examples()[:20], classify)
    assert quality.sentences == 20
    assert sum(counts[0] for counts in quality.by_category.values()) == 20
    assert sum(counts[1] for counts in quality.by_category.values()) == quality.category <= quality.top_three
