"""docs/events.md tells of every event what it carries and who reacts."""

import dataclasses
import re
from importlib import import_module
from pathlib import Path

from zhongshu.kernel.outbox import DomainEvent, known_events

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([\w.]+)` \| .+? \| (.+?) \| (.+?) \|$", re.MULTILINE)
NAMES = re.compile(r"`([\w.]+)`")


def documented() -> dict[str, tuple[list[str], list[str]]]:
    """Event → its fields and its reactions, as the table has them."""
    rows = ROW.findall((ROOT / "docs" / "events.md").read_text())
    return {name: (NAMES.findall(fields), NAMES.findall(reactions)) for name, fields, reactions in rows}


def ours() -> dict[str, tuple[list[str], list[str]]]:
    """The same, as the program knows it (tests make events of their own)."""
    own = {field.name for field in dataclasses.fields(DomainEvent)}
    return {
        name: ([field.name for field in dataclasses.fields(cls) if field.name not in own], list(reactions))
        for name, (cls, reactions) in known_events().items()
        if cls.__module__.startswith("zhongshu.")
    }


def test_every_event_is_documented_with_its_fields_and_reactions() -> None:
    assert documented() == ours()


def test_every_event_class_is_known_by_its_name() -> None:
    modules = [import_module(f"zhongshu.{path.parent.name}.events") for path in ROOT.glob("zhongshu/*/events.py")]
    classes = {
        cls
        for module in modules
        for cls in vars(module).values()
        if isinstance(cls, type) and issubclass(cls, DomainEvent) and cls is not DomainEvent
    }
    assert classes == {cls for cls, _ in known_events().values() if cls.__module__.startswith("zhongshu.")}
    assert len(classes) >= 3
