"""Half-open periods: the first day counts, the last does not, and two of a kind share no day."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import Cast
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.kernel.periods import in_force, not_ended

MARCH = date(2026, 3, 1)


def day(n: int) -> date:
    return MARCH + timedelta(days=n)


@pytest.mark.parametrize(("on", "found"), [(-1, False), (0, True), (9, True), (10, False)])
def test_the_first_day_counts_and_the_last_does_not(cast: Cast, on: int, found: bool) -> None:
    grant = RoleGrant.objects.create(user=cast.user(Role.GUARD), role=Role.KEEPER, starts_on=day(0), ends_on=day(10))
    assert RoleGrant.objects.filter(in_force(day(on)), pk=grant.pk).exists() is found


def test_a_period_without_an_end_lasts(cast: Cast) -> None:
    grant = RoleGrant.objects.create(user=cast.user(Role.GUARD), role=Role.KEEPER, starts_on=day(0))
    assert RoleGrant.objects.filter(in_force(day(4000)), pk=grant.pk).exists()


def test_what_is_to_come_has_not_ended(cast: Cast) -> None:
    grant = RoleGrant.objects.create(user=cast.user(Role.GUARD), role=Role.KEEPER, starts_on=day(5), ends_on=day(9))
    for on, found in [(0, True), (8, True), (9, False)]:
        assert RoleGrant.objects.filter(not_ended(day(on)), pk=grant.pk).exists() is found


def test_the_same_role_at_another_site_may_overlap(cast: Cast) -> None:
    user = cast.user(Role.GUARD, cast.yql)
    RoleGrant.objects.create(user=user, role=Role.GUARD, site=cast.xh, starts_on=day(0))
    RoleGrant.objects.create(user=user, role=Role.GUARD, site=None, starts_on=day(0))
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=user, role=Role.GUARD, site=cast.yql, starts_on=day(0))


class OverlapTest(TestCase):
    """The database refuses exactly the pairs of periods that share a day."""

    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.booleans(), st.booleans())
    def test_overlap(self, days: list[int], first_open: bool, second_open: bool) -> None:
        a, b, c, d = days
        first = range(a, 1000 if first_open else a + 1 + b)
        second = range(c, 1000 if second_open else c + 1 + d)
        user = User.objects.create(username="guard")
        self.hold(user.pk, first)
        share = max(first.start, second.start) < min(first.stop, second.stop)
        if share:
            with pytest.raises(IntegrityError), transaction.atomic():
                self.hold(user.pk, second)
        else:
            self.hold(user.pk, second)

    @staticmethod
    def hold(user_id: int, days: range) -> None:
        ends_on = None if days.stop == 1000 else day(days.stop)
        RoleGrant.objects.create(user_id=user_id, role=Role.KEEPER, starts_on=day(days.start), ends_on=ends_on)
