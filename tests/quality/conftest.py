"""The crew of tests/work, with the company's quality department and head office."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.work.conftest import Crew, make_crew
from zhongshu.identity.roles import Role

__all__ = ["make_crew"]


@pytest.fixture
def crew(cast: Cast, make_crew: Callable[[Cast], Crew]) -> Crew:
    made = make_crew(cast)
    cast.user(Role.QUALITY, name="品质")
    cast.user(Role.HEAD_OFFICE, name="总部")
    return made
