"""The crew of tests/work with guards, a control room on duty and a duty officer."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import Cast
from tests.work.conftest import Crew, make_crew
from zhongshu.identity.roles import Role
from zhongshu.people.kinds import Duty, TeamKind
from zhongshu.people.models import Staff
from zhongshu.scene import actions
from zhongshu.scene.models import Assistance

__all__ = ["make_crew"]


class SceneCrew(Crew):
    def sos(self, name: str = "张强", **given: Any) -> Assistance:
        """Somebody calls for help against violence at noon, unless said otherwise."""
        facts: dict[str, Any] = {"danger": "violence", "key": "k1", "place": self.unit(), "site": self.site}
        return actions.raise_sos(actor=self.actor(name), at=self.noon, **(facts | given))

    def is_at(self, name: str, code: str) -> None:
        Staff.objects.filter(pk=self.staff[name].pk).update(last_place=self.places[f"YQL.{code}"])


def with_guards(crew: Crew) -> SceneCrew:
    crew.__class__ = SceneCrew
    for name in ("保安甲", "保安乙", "保安丙", "保安丁"):
        crew.hire(name, Role.GUARD, TeamKind.SECURITY)
        crew.on(name)
    crew.on("值班", Duty.DUTY_OFFICER)
    crew.on("消控", Duty.CONTROL_ROOM)
    assert isinstance(crew, SceneCrew)
    crew.is_at("保安甲", "P1-3-2")
    crew.is_at("保安乙", "P1-4")
    crew.is_at("李明", "P1-3-2-1502")
    return crew


@pytest.fixture
def crew(cast: Cast, make_crew: Callable[[Cast], Crew]) -> SceneCrew:
    return with_guards(make_crew(cast))
