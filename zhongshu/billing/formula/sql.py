"""A formula as an expression of PostgreSQL, for the statement of a run: digits, known columns and nothing typed.

The value is NULL where the reference (`reckoning`) has none, and equal to it elsewhere.
"""

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
from zhongshu.billing.formula.reckoning import TOO_LARGE, Fault
from zhongshu.billing.formula.sizes import PLACES, digits

_STRICT = {"min": "numeric_smaller", "max": "numeric_larger"}  # least() and greatest() overlook NULL


def value_sql(node: Node, table: str = "inputs") -> str:
    """numeric, or NULL. `table` has a column for each of `inputs_of(node)`."""
    return _Compiler(table).text(node)


def missing_sql(node: Node, table: str = "inputs") -> str:
    """text: the first input that is NULL, or NULL."""
    cases = "".join(f" WHEN {table}.{name} IS NULL THEN '{name}'" for name in inputs_of(node))
    return f"(CASE{cases} END)" if cases else "NULL::text"


def fault_sql(node: Node, value: str, table: str = "inputs") -> str:
    """text: why `value` (the column holding value_sql) is no amount, a Fault's code; NULL if it is one."""
    return (
        f"(CASE WHEN {value} < 0 THEN '{Fault.NEGATIVE}' WHEN {value} >= {TOO_LARGE:f} THEN '{Fault.TOO_LARGE}'"
        f" WHEN {value} IS NOT NULL THEN NULL WHEN {missing_sql(node, table)} IS NULL THEN '{Fault.DIVISION_BY_ZERO}'"
        f" ELSE '{Fault.NO_INPUT}' END)"
    )


class _Compiler:
    def __init__(self, table: str) -> None:
        self.table = table

    def text(self, node: Node) -> str:  # noqa: PLR0911 - a case for each kind of node
        match node:
            case Number(value):
                return f"{value:f}::numeric"
            case Named(name):
                return f"{self.table}.{name}::numeric"
            case Negative(of):
                return f"(- {self.text(of)})"
            case Not(of):
                return f"(NOT {self.text(of)})"
            case Comparison(sign, left, right) | Joined(sign, left, right):
                return f"({self.text(left)} {sign} {self.text(right)})"
            case Call(function, arguments):
                return self.called(function, arguments)
            case Reckoning(sign, left, right):
                return self.reckoned(sign, left, right)

    def reckoned(self, sign: str, left: Node, right: Node) -> str:
        one, other = self.text(left), self.text(right)
        if sign == "/":
            return f"round(round({one}, {_scale(right)}) / nullif({other}, 0), {PLACES})"
        return f"round({one} * {other}, {PLACES})" if sign == "*" else f"({one} {sign} {other})"

    def called(self, function: str, arguments: tuple[Node, ...]) -> str:
        texts = [self.text(each) for each in arguments]
        if function == "if":  # by value: a condition that is NULL takes neither branch
            return f"(CASE {texts[0]} WHEN true THEN {texts[1]} WHEN false THEN {texts[2]} END)"
        if function == "round":
            return f"round({texts[0]}, {int(texts[1].removesuffix('::numeric'))})"
        together = texts[0]
        for text in texts[1:]:
            together = f"{_STRICT[function]}({together}, {text})"
        return together


def _scale(divisor: Node) -> int:
    """Decimals that a quotient needs before it is rounded to PLACES, so that rounding twice is rounding once.

    It lies at least 1 / (2 × divisor × 10^2 PLACES) from any half it is not equal to.
    """
    return 2 * PLACES + digits(divisor) + 2
