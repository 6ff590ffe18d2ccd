"""An event and a reaction that exist in tests only; the reaction counts its effects in a table."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

import pytest

from zhongshu.kernel import outbox
from zhongshu.kernel.models import RunningNumber
from zhongshu.kernel.numbers import next_number


@dataclass(frozen=True, kw_only=True)
class BellRang(outbox.DomainEvent):
    name: ClassVar[str] = "tests.bell_rang"
    rang_at: datetime
    day: date
    until: date | None = None
    floors: tuple[int, ...] = ()


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A registry with nothing in it but the bell."""
    monkeypatch.setattr(outbox, "_types", {})
    monkeypatch.setattr(outbox, "_reactions", defaultdict(list))
    outbox.event(BellRang)
    return


def answer(door: str, *, when: Callable[[BellRang], None] = lambda _: None) -> None:
    """Whoever hears the bell at that door notes it; `when` may go wrong afterwards."""

    def hear(happened: BellRang, *, at: datetime) -> None:
        next_number(prefix=door, site_code="T", at=happened.rang_at)
        when(happened)

    hear.__name__ = door
    outbox.reacts_to(BellRang)(hear)


def heard(door: str) -> int:
    """How often somebody answered there."""
    row = RunningNumber.objects.filter(series__startswith=f"{door}:").first()
    return row.last if row else 0
