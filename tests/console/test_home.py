"""The first page after signing in."""

import pytest
from django.test import Client

from tests.house.world import World
from zhongshu.identity.roles import STAFF, Role


def test_it_asks_strangers_to_sign_in(db: None, client: Client) -> None:
    assert client.get("/").url.startswith("/sign-in")


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.GUARD, Role.CLEANER])
def test_field_staff_are_at_home_on_the_phone(signed_in, role: Role) -> None:
    assert signed_in(role).get("/").url == "/m/"


def test_a_resident_is_at_home_in_the_portal(signed_in) -> None:
    assert signed_in(Role.RESIDENT).get("/").url == "/resident/"


@pytest.mark.parametrize("role", sorted(STAFF - {Role.TECHNICIAN, Role.GUARD, Role.CLEANER}))
def test_every_office_role_has_a_home(signed_in, role: Role) -> None:
    answer = signed_in(role).get("/")
    assert answer.status_code == 200
    assert "工作台" in answer.content.decode()


def test_a_manager_sees_todays_figures(world: World, signed_in) -> None:
    world.grow(2)
    page = signed_in(Role.SITE_MANAGER).get("/")
    assert page.context["figures"].new_today == 3
    assert page.context["figures"].open_cases == 3
    assert page.context["figures"].running_orders == 3
    assert sum(page.context["trend"].opened) == 3


def test_a_call_taker_sees_the_cases_they_answer_for(world: World, signed_in) -> None:
    page = signed_in(Role.CALL_TAKER).get("/")
    assert [case.pk for case in page.context["own_cases"]] == [world.case.pk]
    assert signed_in(Role.KEEPER).get("/").context["own_cases"] == []


@pytest.mark.parametrize("households", [1, 12])
def test_it_stays_within_its_statements(world: World, signed_in, django_assert_max_num_queries, households) -> None:
    world.grow(households)
    for role in (Role.SITE_MANAGER, Role.CALL_TAKER, Role.KEEPER, Role.CASHIER):
        client = signed_in(role)
        client.get("/")
        with django_assert_max_num_queries(12):
            assert client.get("/").status_code == 200
