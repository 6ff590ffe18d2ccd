"""A small site that lives now: its people are on duty at this very hour."""

import pytest
from django.test import Client

from tests.house.world import World
from zhongshu.identity.models import User
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import now


@pytest.fixture
def world(db: None) -> World:
    """One household and its case; `grow` makes more."""
    return World.build(now())


@pytest.fixture
def signed_in(world: World) -> "SignedIn":
    """`signed_in(Role.KEEPER)` → a client with the session of that person."""
    return SignedIn(world)


class SignedIn:
    """Makes clients for the people of the world."""

    def __init__(self, world: World) -> None:
        self.world = world

    def user(self, role: Role) -> User:
        return self.world.cast.user(role, self.world.site)

    def __call__(self, role: Role) -> Client:
        client = Client()
        client.force_login(self.user(role))
        return client
