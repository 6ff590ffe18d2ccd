"""What a formula comes to for one set of inputs: for previews, and the measure of the SQL.

Products and quotients are rounded half up to PLACES decimals; what is unknown (a missing input, a division by zero)
stays unknown, as NULL does in SQL. A run treats both alike: no amount, and an exception that says why.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from typing import Final

from zhongshu.billing.formula.nodes import (
    Call,
    Comparison,
    Joined,
    Named,
    Negative,
    Node,
    Not,
    Number,
    Reckoning,
    inputs_of,
)
from zhongshu.billing.formula.sizes import MOST_DIGITS, PLACES

TOO_LARGE: Final = Decimal(10) ** 12  # an amount has 12 digits before the point
_EXACT = Context(prec=4 * (MOST_DIGITS + PLACES), rounding=ROUND_HALF_UP)
_ONE: Final = 10**PLACES

_COMPARED: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}

Values = Mapping[str, Decimal | None]


class Fault(StrEnum):
    """Why a formula gives no amount."""

    NO_INPUT = "no_input"
    DIVISION_BY_ZERO = "division_by_zero"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`value` is exact, not yet rounded to the cent. With a fault there is none; `missing` names the input."""

    value: Decimal | None
    fault: Fault | None = None
    missing: str = ""


def reckon(node: Node, values: Values) -> Outcome:
    """`values` by canonical names; an absent or None input is unknown."""
    value = number(node, values)
    if value is None:
        missing = next((name for name in inputs_of(node) if values.get(name) is None), "")
        return Outcome(None, Fault.NO_INPUT if missing else Fault.DIVISION_BY_ZERO, missing)
    if value < 0:
        return Outcome(None, Fault.NEGATIVE)
    return Outcome(value) if value < TOO_LARGE else Outcome(None, Fault.TOO_LARGE)


def number(node: Node, values: Values) -> Decimal | None:
    match node:
        case Number(value):
            return value
        case Named(name):
            return values.get(name)
        case Negative(of):
            inner = number(of, values)
            return None if inner is None else _EXACT.minus(inner)
        case Reckoning(sign, left, right):
            return _reckoned(sign, number(left, values), number(right, values))
        case Call("if", (test, then, otherwise)):
            holds = condition(test, values)
            return None if holds is None else number(then if holds else otherwise, values)
        case Call(function, arguments):
            return _called(function, [number(each, values) for each in arguments])
    raise TypeError(node)


def condition(node: Node, values: Values) -> bool | None:
    match node:
        case Comparison(sign, left, right):
            return _compared(sign, number(left, values), number(right, values))
        case Not(of):
            inner = condition(of, values)
            return None if inner is None else not inner
        case Joined(word, left, right):
            both = (condition(left, values), condition(right, values))
            decisive = word == "or"
            return decisive if decisive in both else (None if None in both else not decisive)
    raise TypeError(node)


def _reckoned(sign: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    match sign:
        case "+":
            return _EXACT.add(left, right)
        case "-":
            return _EXACT.subtract(left, right)
        case "*":
            return _rounded(_EXACT.multiply(left, right), PLACES)
    return _quotient(left, right) if right else None


def _quotient(left: Decimal, right: Decimal) -> Decimal:
    """Exact half up, in whole numbers."""
    above, below = int(_EXACT.scaleb(abs(left), PLACES)), int(_EXACT.scaleb(abs(right), PLACES))
    size = _EXACT.scaleb(Decimal((2 * above * _ONE + below) // (2 * below)), -PLACES)
    return size if (left < 0) == (right < 0) else _EXACT.minus(size)


def _called(function: str, given: list[Decimal | None]) -> Decimal | None:
    known = [each for each in given if each is not None]
    if len(known) < len(given):
        return None
    if function == "round":
        return _rounded(known[0], int(known[1]))
    return min(known) if function == "min" else max(known)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _compared(sign: str, left: Decimal | None, right: Decimal | None) -> bool | None:
    if left is None or right is None:
        return None
    return _COMPARED[sign](left, right)
