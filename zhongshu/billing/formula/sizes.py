"""How large a value may become, known before anything is computed: so no formula can overflow the database."""

from typing import Final

from zhongshu.billing.formula.nodes import Call, Named, Negative, Node, Number, Reckoning

PLACES: Final = 10  # every product and quotient is rounded to so many decimals, half up
INPUT_DIGITS: Final = 12
MOST_DIGITS: Final = 100


def digits(node: Node) -> int:  # noqa: PLR0911 - a case for each kind of node
    """The most digits before the point that the value of the node can have."""
    match node:
        case Number(value):
            return max(value.adjusted() + 1, 1) if value else 1
        case Named():
            return INPUT_DIGITS
        case Negative(of):
            return digits(of)
        case Reckoning(sign, left, right):
            return _reckoned(sign, digits(left), right)
        case Call("if", (_, then, otherwise)):
            return max(digits(then), digits(otherwise))
        case Call("round", (value, _)):
            return digits(value) + 1
        case Call(_, arguments):
            return max(digits(each) for each in arguments)
    return 0


def _reckoned(sign: str, left: int, right: Node) -> int:
    if sign == "*":
        return left + digits(right)
    if sign == "/":  # a divisor is no smaller than 10^-PLACES
        return left if isinstance(right, Number) and right.value >= 1 else left + PLACES + 1
    return max(left, digits(right)) + 1
