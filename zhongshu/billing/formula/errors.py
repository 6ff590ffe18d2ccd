"""What is wrong with a text, where, and what would mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fix:
    """Put `text` in the place of `[start, end)`; `cost` counts how far that leads away from what was typed."""

    start: int
    end: int
    text: str
    cost: float

    def on(self, typed: str) -> str:
        return typed[: self.start] + self.text + typed[self.end :]


class Unreadable(Exception):
    """`position` is 0-based, in characters of the text as typed; `reason` a sentence in the reader's language."""

    def __init__(self, position: int, reason: str, *fixes: Fix) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason
        self.fixes = fixes
