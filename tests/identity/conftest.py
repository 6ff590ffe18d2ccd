"""Somebody who administers everything, and browsers."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role

Browser = Callable[[User], Client]


@pytest.fixture
def admin(cast: Cast) -> Actor:
    """Administers every site."""
    return cast.actor(Role.ADMINISTRATOR)


@pytest.fixture
def browser() -> Browser:
    """A browser in which that person is signed in."""

    def open_as(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_as
