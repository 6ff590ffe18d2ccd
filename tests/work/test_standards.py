"""A site takes on a service standard by stars from a day on, and may take it back before that day."""

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from zhongshu.identity.roles import Role
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.simulation.mishaps import at_once
from zhongshu.work import actions, queries
from zhongshu.work.actions import Adopted
from zhongshu.work.defaults import ROWS
from zhongshu.work.errors import StandardPlanned, StandardStarted
from zhongshu.work.models import SlaPolicy
from zhongshu.work.policies.standards import BY_STARS, KEYS, MINUTES, STANDARDS

DAY = date(2026, 12, 1)


def finish_of(cast: Cast, on: date, **wanted: Any) -> int | None:
    facts = {"kind": "repair", "category": "plumbing", "urgency": "P3"} | wanted
    return queries.policy_for(site_id=cast.yql.pk, on=on, **facts).finish_minutes


def adopt(cast: Cast, at: datetime, stars: int, on: date = DAY) -> Adopted:
    actor = cast.actor(Role.QUALITY)
    return actions.adopt_standard(actor=actor, at=at, site=cast.yql, stars=stars, starts_on=on)


def test_three_stars_are_the_targets_as_shipped() -> None:
    def comparable(row: Any) -> Any:
        return tuple(row.get(name) or "" for name in (*KEYS, *MINUTES, "office_hours", "follow_up_hours"))

    assert sorted(map(comparable, BY_STARS[3].rows), key=str) == sorted(map(comparable, ROWS), key=str)


def test_more_stars_never_promise_less() -> None:
    for fewer, more in itertools.pairwise(STANDARDS):
        for lesser, better in zip(fewer.rows, more.rows, strict=True):
            assert [lesser[key] for key in KEYS] == [better[key] for key in KEYS]
            pairs = [(lesser[name], better[name]) for name in MINUTES if lesser[name] is not None]
            assert all(b <= a for a, b in pairs), (fewer.stars, lesser)
            assert better["follow_up_percent"] >= lesser["follow_up_percent"]


def test_from_its_day_on_the_site_has_the_standards_targets(cast: Cast, noon: datetime) -> None:
    adopt(cast, noon, 5)
    assert finish_of(cast, DAY - timedelta(days=1)) == 48 * 60
    assert finish_of(cast, DAY) == 24 * 60
    assert finish_of(cast, DAY, kind="complaint") == 12 * 60
    assert queries.policy_for(site_id=cast.xh.pk, kind="", category="", urgency="P3", on=DAY).site is None


def test_a_later_one_follows_and_taken_back_leaves_what_was(cast: Cast, noon: datetime) -> None:
    adopt(cast, noon, 5)
    before = list(SlaPolicy.objects.order_by("pk").values())
    later = DAY + timedelta(days=90)
    adopted = adopt(cast, noon, 2, later)
    assert finish_of(cast, later) == 60 * 60
    undo = {"site": cast.yql, "starts_on": later, "policy_ids": adopted.policy_ids, "replaced": adopted.replaced}
    quality = cast.actor(Role.QUALITY)
    with pytest.raises(StandardStarted):
        actions.undo_standard(actor=quality, at=noon + timedelta(days=200), **undo)
    actions.undo_standard(actor=quality, at=noon, **undo)
    assert list(SlaPolicy.objects.order_by("pk").values()) == before


def test_what_the_site_has_set_for_other_kinds_stays(cast: Cast, noon: datetime) -> None:
    own = SlaPolicy.objects.create(
        site=cast.yql, kind="cleaning", urgency="P3", finish_minutes=90, starts_on=date(2026, 1, 1)
    )
    adopt(cast, noon, 4)
    assert finish_of(cast, DAY, kind="cleaning") == 90
    own.refresh_from_db()
    assert own.ends_on is None


def test_refusals(cast: Cast, noon: datetime) -> None:
    adopt(cast, noon, 4)
    rows = SlaPolicy.objects.count()
    with pytest.raises(StandardPlanned):
        adopt(cast, noon, 5, DAY - timedelta(days=3))
    with pytest.raises(Invalid):
        adopt(cast, noon, 6, DAY + timedelta(days=3))
    with pytest.raises(Invalid):
        adopt(cast, noon, 5, noon.date())
    manager = cast.actor(Role.SITE_MANAGER, cast.yql)
    with pytest.raises(NotFound):
        actions.adopt_standard(actor=manager, at=noon, site=cast.yql, stars=5, starts_on=DAY + timedelta(days=9))
    assert SlaPolicy.objects.count() == rows


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_adopted(transactional_db: None, noon: datetime) -> None:
    cast = Cast.assemble()
    cast.actor(Role.QUALITY)
    acts: list[Callable[[], Any]] = [lambda: adopt(cast, noon, 4), lambda: adopt(cast, noon, 5)]
    answers = at_once(*acts)
    assert [type(answer) for answer in answers].count(StandardPlanned) == 1
    assert SlaPolicy.objects.filter(site=cast.yql).count() == 9
