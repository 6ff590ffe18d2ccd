"""One throw-away server for all trials of a test session."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from zhongshu.simulation.throwaway import Throwaway, throwaway


@pytest.fixture(scope="session")
def _server(django_db_blocker: DjangoDbBlocker) -> Iterator[Throwaway]:
    with django_db_blocker.unblock(), throwaway() as database:
        yield database


@pytest.fixture
def database(_server: Throwaway, django_db_blocker: DjangoDbBlocker) -> Iterator[Throwaway]:
    """A fresh, migrated database that Django speaks to."""
    with django_db_blocker.unblock():
        _server.begin()
        yield _server
