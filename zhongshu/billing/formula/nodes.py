"""The tree of a formula. Numbers and conditions are two kinds that never mix."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal  # never negative


@dataclass(frozen=True, slots=True)
class Named:
    name: str  # canonical


@dataclass(frozen=True, slots=True)
class Negative:
    of: "Node"


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`sign` is one of + - * /."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """`min`, `max` of two or more, `round(value, places)`, `if(condition, then, else)`."""

    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`sign` is one of < <= > >= = <>."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Joined:
    """`word` is `and` or `or`."""

    word: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Not:
    of: "Node"


Node = Number | Named | Negative | Reckoning | Call | Comparison | Joined | Not


def is_condition(node: Node) -> bool:
    return isinstance(node, Comparison | Joined | Not)


def parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Number() | Named():
            return ()
        case Negative(of) | Not(of):
            return (of,)
        case Call(_, arguments):
            return arguments
    return (node.left, node.right)


def walk(node: Node) -> Iterator[Node]:
    """The node and all below it, from left to right."""
    yield node
    for part in parts(node):
        yield from walk(part)


def inputs_of(node: Node) -> tuple[str, ...]:
    """Canonical names in order of appearance, each once."""
    return tuple(dict.fromkeys(each.name for each in walk(node) if isinstance(each, Named)))
