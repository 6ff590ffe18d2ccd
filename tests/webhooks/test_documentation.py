"""docs/webhooks.md tells of every event what of it leaves the house, as the code has it."""

import os
from pathlib import Path
from typing import Any

from zhongshu.kernel.outbox import known_events
from zhongshu.webhooks.engine.bodies import schema_of
from zhongshu.webhooks.policies import JITTER, WAITS
from zhongshu.webhooks.queries import offered_events

PAGE = Path(__file__).resolve().parents[2] / "docs" / "webhooks.md"
MARK = "<!-- written by tests/webhooks/test_documentation.py -->\n"


def _field(name: str, schema: dict[str, Any]) -> str:
    words = ", ".join(f"`{word}`" for word in schema.get("enum", ()) if word)
    return f"| `{name}` | {schema['type']} | {schema['description']}{' One of ' + words + '.' if words else ''} |"


def _section(name: str) -> str:
    schema = schema_of(known_events()[name][0])
    fields = schema["properties"]["data"]["properties"]
    rows = "\n".join(_field(field, about) for field, about in fields.items())
    return f"### `{name}`\n\n{schema['description']}\n\n| in `data` | type | meaning |\n|---|---|---|\n{rows}\n"


def written_anew() -> str:
    ours = [name for name in offered_events() if known_events()[name][0].__module__.startswith("zhongshu.")]
    return MARK + "\n" + "\n".join(_section(name) for name in ours)


def test_every_event_is_documented_as_it_is() -> None:
    head, _mark, rest = PAGE.read_text().partition(MARK)
    if os.environ.get("ZHONGSHU_UPDATE") == "1":
        PAGE.write_text(head + written_anew())
        rest = written_anew().removeprefix(MARK)
    assert rest == written_anew().removeprefix(MARK)


def test_the_waits_are_those_of_the_page() -> None:
    """Changing them is changing what receivers were promised."""
    assert [int(wait.total_seconds()) for wait in WAITS] == [5, 30, 120, 600, 3600, 10800, 21600, 43200, 86400]
    assert JITTER == 0.2
