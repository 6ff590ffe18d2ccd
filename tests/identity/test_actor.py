"""Rights: denied unless held, at the sites where they are held, and never more through a token."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import Cast
from zhongshu.identity.actor import NOBODY, Actor, Origin, system_actor
from zhongshu.identity.models import RoleGrant, Site
from zhongshu.identity.queries import actor_of, sites_of
from zhongshu.identity.rights import Right, right
from zhongshu.identity.roles import Grant, Role
from zhongshu.kernel.errors import NotFound

SITES = st.integers(1, 4)
GRANTS = st.frozensets(st.builds(Grant, st.sampled_from(Role), st.none() | SITES), max_size=5)
RIGHTS = st.builds(Right, st.just("tests.ring"), st.frozensets(st.sampled_from(Role), max_size=4))
ACTORS = st.builds(Actor, st.just(1), st.just("某人"), st.just(Origin.WEB), GRANTS)


@given(RIGHTS, st.none() | SITES)
def test_nobody_may_anything(some: Right, site: int | None) -> None:
    assert not NOBODY.may(some, site)
    assert NOBODY.sites(some) == frozenset()
    with pytest.raises(NotFound):
        NOBODY.require(some, site)


@given(ACTORS, st.none() | SITES)
def test_a_right_that_no_role_has_is_denied_to_everybody(actor: Actor, site: int | None) -> None:
    assert not actor.may(Right("tests.nothing", frozenset()), site)


@given(ACTORS, RIGHTS, SITES)
def test_a_right_held_at_a_site_is_held_somewhere(actor: Actor, some: Right, site: int) -> None:
    if actor.may(some, site):
        assert actor.may(some)


@given(ACTORS, RIGHTS, SITES)
def test_the_sites_of_a_right_are_exactly_those_where_one_may(actor: Actor, some: Right, site: int) -> None:
    sites = actor.sites(some)
    assert (sites is None or site in sites) == actor.may(some, site)


@given(ACTORS, GRANTS, RIGHTS, st.none() | SITES)
def test_more_grants_take_no_right_away(actor: Actor, more: frozenset[Grant], some: Right, site: int | None) -> None:
    if actor.may(some, site):
        assert replace(actor, grants=actor.grants | more).may(some, site)


@given(ACTORS, RIGHTS, st.frozensets(st.sampled_from(["tests.ring", "tests.other"])), st.none() | SITES)
def test_a_token_may_what_its_user_may_and_its_scopes_name(
    actor: Actor, some: Right, scopes: frozenset[str], site: int | None
) -> None:
    token = replace(actor, scopes=scopes)
    assert token.may(some, site) == (actor.may(some, site) and some.code in scopes)


@given(RIGHTS, st.none() | SITES)
def test_the_program_itself_may_everything(some: Right, site: int | None) -> None:
    assert system_actor().may(some, site)
    assert system_actor().sites(some) is None


def test_a_right_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        right("identity.manage_users", [])


class VisibleTest(TestCase):
    """What an actor sees in SQL is what the algebra says."""

    @given(data=st.data(), some=RIGHTS)
    def test_visible_rows_are_those_of_the_sites(self, data: st.DataObject, some: Right) -> None:
        cast = Cast.assemble()
        sites = {site.pk: site for site in (cast.yql, cast.xh)}
        held = st.frozensets(st.builds(Grant, st.sampled_from(Role), st.none() | st.sampled_from(sorted(sites))))
        actor = Actor(1, "某人", Origin.WEB, data.draw(held))
        seen = set(actor.visible(Site.objects.all(), some, by="pk").values_list("pk", flat=True))
        assert seen == {pk for pk in sites if actor.may(some, pk)}
        assert seen <= set(sites_of(actor).values_list("pk", flat=True))


def test_roles_of_yesterday_and_of_tomorrow_do_not_count(cast: Cast, noon: datetime) -> None:
    today = noon.date()
    user = cast.user(Role.GUARD, cast.yql)
    RoleGrant.objects.create(user=user, role=Role.FINANCE, starts_on=today - timedelta(9), ends_on=today)
    RoleGrant.objects.create(user=user, role=Role.LEGAL, starts_on=today + timedelta(1))
    assert actor_of(user, at=noon, origin=Origin.WEB).grants == {Grant(Role.GUARD, cast.yql.pk)}


def test_a_day_begins_at_midnight_in_shanghai(cast: Cast, noon: datetime) -> None:
    user = cast.user(Role.GUARD, cast.yql)
    RoleGrant.objects.create(user=user, role=Role.LEGAL, starts_on=noon.date() + timedelta(1))
    midnight = noon + timedelta(hours=12)
    assert not actor_of(user, at=midnight - timedelta(seconds=1), origin=Origin.WEB).holds(Role.LEGAL)
    assert actor_of(user, at=midnight, origin=Origin.WEB).holds(Role.LEGAL)
