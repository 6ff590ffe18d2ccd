"""From a plain enum and its labels to a Django field's choices."""

from collections.abc import Mapping
from typing import Any


def choices(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    """`{State.NEW: _("新建")}` → `[("new", "新建")]`; the enum stays free of Django."""
    return [(str(key), label) for key, label in labels.items()]
