"""The language in which a company writes its own charge: read, checked, compiled to SQL, never executed.

docs/algorithms/formula.md tells the language. `parse` gives the tree, `answer` what a person is told about a text.
"""

from typing import TypedDict

from zhongshu.billing.formula.errors import Unreadable
from zhongshu.billing.formula.nodes import Node, inputs_of
from zhongshu.billing.formula.parser import parse
from zhongshu.billing.formula.printing import printed
from zhongshu.billing.formula.reckoning import Fault, Outcome, reckon
from zhongshu.billing.formula.repair import suggested
from zhongshu.billing.formula.sql import fault_sql, missing_sql, value_sql

__all__ = [
    "Answer",
    "Error",
    "Fault",
    "Node",
    "Outcome",
    "Unreadable",
    "answer",
    "fault_sql",
    "inputs_of",
    "missing_sql",
    "parse",
    "printed",
    "reckon",
    "suggested",
    "value_sql",
]


class Error(TypedDict):
    """`position`: 0-based, in characters of the text as typed. `suggestion`: the nearest formula, which parses."""

    position: int
    reason: str
    suggestion: str


class Answer(TypedDict):
    """`inputs`: canonical names in order of appearance."""

    ok: bool
    normalised: str | None
    inputs: list[str]
    error: Error | None


def answer(text: str) -> Answer:
    """What a person is told about a text; never raises."""
    try:
        tree = parse(text)
    except Unreadable as refusal:
        error = Error(position=refusal.position, reason=refusal.reason, suggestion=suggested(text))
        return {"ok": False, "normalised": None, "inputs": [], "error": error}
    return {"ok": True, "normalised": printed(tree), "inputs": list(inputs_of(tree)), "error": None}
