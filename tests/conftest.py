"""The cast of every story: a company with two sites, and one person per role."""

import gc
import os
from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.cast import Cast

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Speed is measured in bench/; a busy machine must not fail a property.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests say why they do not run where there is no browser; walks and long stories count no lines."""
    browserless = pytest.mark.skip(reason="no Chromium on this machine (see the notice of bin/test)")
    for item in items:
        if {"simulation", "stories", "browser"} & set(item.path.relative_to(config.rootpath).parts):
            item.add_marker("no_cover")
        if "browser" in item.keywords and os.environ.get("ZHONGSHU_SKIP_BROWSER") == "1":
            item.add_marker(browserless)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look at a million objects again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Test databases are copies of one that has the tables already, and are emptied quickly."""
    from django.conf import settings
    from django.db.backends.postgresql.operations import DatabaseOperations

    from tests.template import deletions, template_database

    settings.DATABASES["default"]["TEST"]["TEMPLATE"] = template_database()
    DatabaseOperations.sql_flush = deletions


@pytest.fixture(autouse=True)
def _in_chinese() -> None:
    """Whatever language the last request of the test before spoke."""
    from django.utils import translation

    translation.deactivate()


@pytest.fixture
def cast(db: None) -> "Cast":
    """Two sites (YQL with a desk, XH lean) and people made on demand."""
    from tests.cast import Cast

    return Cast.assemble()


@pytest.fixture
def noon() -> datetime:
    """A working day's noon: Wednesday 2026-11-04 12:00 in Shanghai."""
    from zhongshu.kernel.clock import SITE_ZONE

    return datetime(2026, 11, 4, 12, 0, tzinfo=SITE_ZONE)


@pytest.fixture
def someday() -> Callable[[str], date]:
    return date.fromisoformat
