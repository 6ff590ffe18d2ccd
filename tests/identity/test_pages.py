"""Every page of administration: who may open it, what it shows, how many statements it takes."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import LONG_AGO, Cast
from tests.identity.conftest import Browser
from zhongshu.identity import actions
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import RoleGrant, User
from zhongshu.identity.roles import Role
from zhongshu.web.excel import CONTENT_TYPE

LISTS = ["identity:users", "identity:tokens", "identity:audit", "identity:jobs"]
MOST_STATEMENTS = 8
READERS = {
    "identity:users": {Role.ADMINISTRATOR, Role.HEAD_OFFICE, Role.SITE_MANAGER},
    "identity:tokens": {Role.ADMINISTRATOR},
    "identity:audit": {Role.ADMINISTRATOR, Role.HEAD_OFFICE},
    "identity:jobs": {Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", Role)
def test_only_those_who_may_open_a_list(cast: Cast, signed_in: Browser, name: str, role: Role) -> None:
    answer = signed_in(cast.user(role, cast.yql)).get(reverse(name))
    assert answer.status_code == (200 if role in READERS[name] else 404)


@pytest.mark.parametrize("name", [*LISTS, "identity:me", "identity:password", "identity:new_user"])
def test_strangers_are_sent_to_the_sign_in_page_and_back(db: None, name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/sign-in?next={reverse(name).replace('/', '%2F')}"


@pytest.mark.parametrize("name", LISTS)
def test_lists_can_be_taken_along(cast: Cast, signed_in: Browser, name: str) -> None:
    answer = signed_in(cast.user(Role.ADMINISTRATOR)).get(reverse(name) + "?export=xlsx")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == CONTENT_TYPE


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_statements_for_fifty_rows_as_for_five(
    cast: Cast, signed_in: Browser, admin: Actor, noon: datetime, name: str
) -> None:
    client = signed_in(cast.user(Role.ADMINISTRATOR))
    few = _statements(client, reverse(name), cast, admin, noon, rows=5)
    many = _statements(client, reverse(name), cast, admin, noon, rows=50)
    assert few == many <= MOST_STATEMENTS


def _statements(client: Client, url: str, cast: Cast, admin: Actor, at: datetime, *, rows: int) -> int:
    crowd = [
        User(username=f"crowd{rows}.{n}", name=f"员工{n}", password="!", must_change_password=False)
        for n in range(rows)
    ]
    User.objects.bulk_create(crowd)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role=Role.KEEPER, site=cast.yql, starts_on=LONG_AGO) for user in crowd
    )
    for user in crowd[:20]:
        actions.create_token(
            actor=admin, at=at, user=user, name="测试", scopes=_some_right(user, at), expires_at=at + timedelta(days=9)
        )
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def _some_right(user: User, at: datetime) -> list[str]:
    from zhongshu.identity.queries import rights_of

    return rights_of(user, at=at)[:1]
