"""One throw-away server for all trials, given back before any other test asks for Django's database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.template import ready_data
from zhongshu.kernel.database.cluster import DATABASE
from zhongshu.simulation.throwaway import MIGRATED, OwnServer, Throwaway, throwaway


class ReadyServer(OwnServer):
    """One that has the tables already."""

    def __init__(self, directory: Path) -> None:
        ready_data(directory)
        super().__init__(directory)


@pytest.fixture(scope="package")
def _server(django_db_blocker: DjangoDbBlocker) -> Iterator[Throwaway]:
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr("zhongshu.simulation.throwaway.OwnServer", ReadyServer)
        with throwaway() as database:
            if database.can_restart:
                database.name = DATABASE
                database.keep(MIGRATED)
            yield database


@pytest.fixture
def database(_server: Throwaway, django_db_blocker: DjangoDbBlocker) -> Iterator[Throwaway]:
    """A fresh, migrated database that Django speaks to."""
    with django_db_blocker.unblock():
        _server.begin()
        yield _server
