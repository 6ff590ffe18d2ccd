"""How many are visited and which answers are followed up: chosen, from a day on, by site or company."""

from typing import Any

import pytest

from tests.billing.till import DAY
from tests.cast import DAY_ONE, Cast
from zhongshu.community import actions
from zhongshu.community.kinds import Question
from zhongshu.community.models import CommunityRule
from zhongshu.community.policies.drawing import wanted_by
from zhongshu.community.policies.surveying import low
from zhongshu.community.queries.rules import rule_on
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound


def test_a_share_and_a_mark_are_chosen() -> None:
    assert [wanted_by(10, 3, percent=percent) for percent in (90, 50, 100, 1)] == [9, 5, 10, 1]
    marks = {str(question): nth % 5 + 1 for nth, question in enumerate(Question)}
    assert [len(low(marks, least=least)) for least in (1, 2, 4)] == [2, 3, 5]


@pytest.mark.django_db
def test_a_site_follows_its_own_rule_else_the_companys(cast: Cast) -> None:
    said: dict[str, Any] = {"actor": cast.actor(Role.HEAD_OFFICE), "at": DAY_ONE}
    actions.change_rule(**said, site_id=None, starts_on=DAY("2026-12-01"), visit_percent=80, low_mark=3)
    actions.change_rule(**said, site_id=cast.xh.pk, starts_on=DAY("2027-01-01"), visit_percent=60, low_mark=1)
    days = [DAY(day) for day in ("2026-11-30", "2026-12-01", "2027-01-01")]
    assert [rule_on(cast.yql.pk, day).visit_percent for day in days] == [90, 80, 80]
    assert [(rule.visit_percent, rule.low_mark) for rule in (rule_on(cast.xh.pk, day) for day in days)] == [
        (90, 2), (80, 3), (60, 1),
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_makes_no_sense_or_lies_behind_is_refused(cast: Cast) -> None:
    said: dict[str, Any] = {"actor": cast.actor(Role.QUALITY, cast.yql), "at": DAY_ONE, "site_id": cast.yql.pk}
    good = {"starts_on": DAY("2026-11-05"), "visit_percent": 80, "low_mark": 3}
    for wrong in ({"starts_on": DAY("2026-11-04")}, {"visit_percent": 0}, {"visit_percent": 101}, {"low_mark": 5}):
        with pytest.raises(Invalid) as refused:
            actions.change_rule(**said | good | wrong)
        assert refused.value.field == next(iter(wrong))
    with pytest.raises(NotFound):
        actions.change_rule(**said | good | {"site_id": None})
    actions.change_rule(**said | good)
    with pytest.raises(Invalid, match="已经有从 2026-11-05"):
        actions.change_rule(**said | good)
    assert CommunityRule.objects.count() == 1
