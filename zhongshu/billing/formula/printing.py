"""A tree as text: one spelling for each tree, which reads back to the same tree."""

from decimal import Decimal

from zhongshu.billing.formula.names import CHINESE
from zhongshu.billing.formula.nodes import Call, Comparison, Joined, Named, Negative, Node, Not, Number, Reckoning
from zhongshu.billing.formula.parser import ADDING, COMPARING, NOT, POWERS, SIGNED

_HIGHEST = SIGNED + 1
_FUNCTIONS = {"min": "最小", "max": "最大", "round": "四舍五入", "if": "如果"}  # matter
_WORDS = {"and": "且", "or": "或", "not": "非"}  # matter


def printed(node: Node, *, in_chinese: bool = False) -> str:
    """`unit_area * price + surcharge`, or for a bill `房屋面积 * 单价 + 附加费`."""
    return _Printer(in_chinese).text(node, 0)


class _Printer:
    def __init__(self, in_chinese: bool) -> None:
        self.names = CHINESE if in_chinese else {}
        self.functions = _FUNCTIONS if in_chinese else {}
        self.words = _WORDS if in_chinese else {}

    def text(self, node: Node, least: int) -> str:
        """In brackets if the node binds less than `least`."""
        power, text = self.plain(node)
        return f"({text})" if power < least else text

    def plain(self, node: Node) -> tuple[int, str]:  # noqa: PLR0911 - a case for each kind of node
        match node:
            case Number(value):
                return _HIGHEST, f"{value.normalize():f}"
            case Named(name):
                return _HIGHEST, self.names.get(name, name)
            case Negative(of):
                return SIGNED, f"-{self.text(of, SIGNED)}"
            case Not(of):
                return NOT, f"{self.words.get('not', 'not')} {self.text(of, NOT)}"
            case Call(function, arguments):
                return _HIGHEST, self.called(function, arguments)
            case Comparison(sign, left, right):
                return COMPARING, f"{self.text(left, ADDING)} {sign} {self.text(right, ADDING)}"
            case Reckoning(sign, left, right) | Joined(sign, left, right):
                power, word = POWERS[sign], self.words.get(sign, sign)
                return power, f"{self.text(left, power)} {word} {self.text(right, power + 1)}"

    def called(self, function: str, arguments: tuple[Node, ...]) -> str:
        if function == "round" and arguments[1] == Number(Decimal(0)):
            arguments = arguments[:1]
        return f"{self.functions.get(function, function)}({', '.join(self.text(each, 0) for each in arguments)})"
