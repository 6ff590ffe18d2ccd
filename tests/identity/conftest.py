"""Somebody who administers everything, and browsers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
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
def signed_in() -> Browser:
    """A browser in which that person is signed in."""

    def open_as(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_as


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; what is tested here does not depend on it. The browser tests sign in with it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def no_jobs(db: None) -> None:
    """Django leaves procrastinate's tables alone when it empties the others."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
