"""From text to a tree, by precedence; a text that is no formula is refused where it first goes wrong."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NoReturn

from django.utils.translation import gettext as _

from zhongshu.billing.formula.errors import Fix, Unreadable
from zhongshu.billing.formula.names import CHINESE, EXAMPLE, FUNCTIONS, LETTERS, SPELLINGS, WORDS
from zhongshu.billing.formula.nearest import replacements
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
    is_condition,
)
from zhongshu.billing.formula.sizes import MOST_DIGITS, digits
from zhongshu.billing.formula.tokens import Token, tokens

MOST_CHARACTERS: Final = 4000
MOST_NODES: Final = 200
DEEPEST: Final = 20
WHOLE_DIGITS: Final = 12
DECIMALS: Final = 8  # two more for a percentage
ROUND_PLACES: Final = 6
OR, AND, NOT, COMPARING, ADDING, TIMES, SIGNED = 1, 2, 3, 4, 5, 6, 7
_COMPARISONS = {"<", "<=", ">", ">=", "=", "<>"}
POWERS = {"or": OR, "and": AND, **dict.fromkeys(_COMPARISONS, COMPARING)}
POWERS |= {"+": ADDING, "-": ADDING, "*": TIMES, "/": TIMES}
_BRACKETS = {"[": "(", "【": "(", "{": "(", "〔": "(", "]": ")", "】": ")", "}": ")", "〕": ")"}  # matter
_UNIT = re.compile(r"(?:元|块|角|分)?\s*[/每]\s*(?:㎡|m²|m2|平方米|平米|平方|平|月|户|吨|度)|元")  # matter
_COUNTS = {"min": (2, 99), "max": (2, 99), "round": (1, 2), "if": (3, 3)}


def parse(text: str) -> Node:
    """The tree of a formula that gives a number. Raises Unreadable."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(MOST_CHARACTERS, _("公式最多 %(most)s 个字符。") % {"most": MOST_CHARACTERS})
    return _Parser(text).whole()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A tree with the stretch of text it was read from."""

    node: Node
    start: int
    end: int


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0
        self.made = 0

    def whole(self) -> Node:
        if self.next.kind == "end":
            raise Unreadable(0, _("公式是空的，例如：%(example)s") % {"example": EXAMPLE}, Fix(0, 0, EXAMPLE, 1))
        piece = self.expression(0)
        if self.next.kind != "end":
            self.unexpected(self.next)
        node = self.number(piece)
        if digits(node) > MOST_DIGITS:
            raise Unreadable(piece.start, _("这样算出的数可能太大。"))
        return node

    # ---- reading on

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def before(self) -> Token | None:
        return self.tokens[self.at - 1] if self.at else None

    def take(self) -> Token:
        token = self.next
        self.at += 1
        return token

    @contextmanager
    def nested(self, token: Token) -> Iterator[None]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(token.start, _("括号和函数最多套 %(most)s 层。") % {"most": DEEPEST})
        yield
        self.depth -= 1

    def made_of(self, node: Node, start: int, end: int) -> _Piece:
        self.made += 1
        if self.made > MOST_NODES:
            raise Unreadable(start, _("公式太长，最多 %(most)s 项。") % {"most": MOST_NODES})
        return _Piece(node, start, end)

    # ---- the grammar

    def expression(self, floor: int) -> _Piece:
        left = self.operand()
        while True:
            sign = "*" if self.times_is_left_out() else _sign(self.next)
            power = POWERS.get(sign, 0)
            if power <= floor:
                return left
            token = self.next
            if not self.times_is_left_out():
                self.take()
            left = self.combined(left, sign, token, self.expression(power))

    def times_is_left_out(self) -> bool:
        """`2R`, `2(R + U)`: a number right before a name or a bracket; after a division sign nobody knows."""
        number = self.before
        if number is None or number.kind != "number" or not _starts_factor(self.next):
            return False
        if self.at > 1 and self.tokens[self.at - 2].text == "/":
            reason = _("除号后面省略了乘号，不清楚先算哪个，请写出 * 或括号。")
            raise Unreadable(self.next.start, reason, Fix(self.next.start, self.next.start, "*", 1))
        return True

    def operand(self) -> _Piece:
        token = self.next
        if token.kind in ("number", "percent"):
            return self.literal(self.take())
        if token.kind == "name":
            return self.named(token)
        if token.text in ("-", "+"):
            return self.signed(self.take())
        if token.text == "(":
            return self.group(self.take())
        return self.missing(token)

    def literal(self, token: Token) -> _Piece:
        whole, _point, decimals = token.text.partition(".")
        if len(whole.lstrip("0")) > WHOLE_DIGITS or len(decimals) > DECIMALS:
            shorter = ".".join(part for part in (whole.lstrip("0")[:WHOLE_DIGITS] or "0", decimals[:DECIMALS]) if part)
            reason = _("数字太长：整数最多 %(whole)s 位，小数最多 %(decimals)s 位。")
            words = {"whole": WHOLE_DIGITS, "decimals": DECIMALS}
            raise Unreadable(token.start, reason % words, Fix(token.start, token.end, shorter, 1))
        value = Decimal(token.text)
        if token.kind == "percent":
            if self.next.kind in ("number", "percent") or _starts_factor(self.next):
                raise Unreadable(self.next.start, _("百分号后面缺少运算符。"), Fix(token.end, token.end, "*", 1))
            value /= 100
        return self.made_of(Number(value), token.start, token.end)

    def named(self, token: Token) -> _Piece:
        word = token.text.casefold()
        if word in FUNCTIONS:
            return self.call(self.take(), FUNCTIONS[word])
        if WORDS.get(word) == "not":
            return self.denied(self.take())
        if word in WORDS:
            self.missing(token)
        if word not in SPELLINGS:
            self.unknown(token)
        self.take()
        return self.made_of(Named(SPELLINGS[word]), token.start, token.end)

    def signed(self, token: Token) -> _Piece:
        with self.nested(token):
            inner = self.operand()
        node = self.number(inner)
        return self.made_of(Negative(node) if token.text == "-" else node, token.start, inner.end)

    def denied(self, token: Token) -> _Piece:
        with self.nested(token):
            inner = self.expression(NOT)
        return self.made_of(Not(self.condition(inner)), token.start, inner.end)

    def group(self, token: Token) -> _Piece:
        with self.nested(token):
            inner = self.expression(0)
        return _Piece(inner.node, token.start, self.closed(token).end)

    def call(self, name: Token, function: str) -> _Piece:
        if self.next.text != "(":
            reason = _("“%(name)s”后面要有括号。") % {"name": self.typed(name)}
            raise Unreadable(name.start, reason, _deletion(name))
        bracket = self.take()
        with self.nested(bracket):
            arguments = [self.expression(0)]
            while self.next.text == ",":
                self.take()
                arguments.append(self.expression(0))
        closing = self.closed(bracket)
        self.counted(name, function, arguments, closing)
        return self.made_of(Call(function, self.checked(function, arguments)), name.start, closing.end)

    def closed(self, opening: Token) -> Token:
        if self.next.text == ")":
            return self.take()
        if self.next.kind != "end":
            self.unexpected(self.next)
        last = len(self.text.rstrip())
        raise Unreadable(opening.start, _("这个左括号没有配上右括号。"), Fix(last, last, ")", 1), _deletion(opening))

    # ---- numbers and conditions

    def combined(self, left: _Piece, sign: str, token: Token, right: _Piece) -> _Piece:
        node: Node
        if sign in ("and", "or"):
            node = Joined(sign, self.condition(left), self.condition(right))
        elif sign in _COMPARISONS:
            self.not_chained(left, token)
            node = Comparison(sign, self.number(left), self.number(right))
        else:
            self.not_by_zero(sign, token, right)
            node = Reckoning(sign, self.number(left), self.number(right))
        return self.made_of(node, left.start, right.end)

    def number(self, piece: _Piece) -> Node:
        if is_condition(piece.node):
            instead = f"if({self.text[piece.start : piece.end]}, 1, 0)"
            reason = _("这里要的是数值，写的却是条件。")
            raise Unreadable(piece.start, reason, Fix(piece.start, piece.end, instead, 9))
        return piece.node

    def condition(self, piece: _Piece) -> Node:
        if not is_condition(piece.node):
            reason = _("这里要的是条件，例如：楼层 > 1。")
            raise Unreadable(piece.start, reason, Fix(piece.end, piece.end, " > 0", 2))
        return piece.node

    def not_chained(self, left: _Piece, token: Token) -> None:
        if isinstance(left.node, Comparison):
            # a comparison read without brackets ends with its right side, which is asked about twice
            middle = _last_term(self.text[left.start : left.end])
            fix = Fix(token.start, token.start, f" and {middle} ", 2)
            raise Unreadable(token.start, _("比较不能连着写，请用“且”分开。"), fix)

    def not_by_zero(self, sign: str, token: Token, right: _Piece) -> None:
        if sign == "/" and right.node == Number(Decimal(0)):
            raise Unreadable(right.start, _("除数不能是零。"), Fix(token.start, right.end, "", 2))

    def counted(self, name: Token, function: str, arguments: list[_Piece], closing: Token) -> None:
        least, most = _COUNTS[function]
        given = len(arguments)
        if least <= given <= most:
            return
        wanted = least if least == most or given < least else most
        words = {"name": self.typed(name), "wanted": wanted, "given": given}
        reason = _("“%(name)s”的括号里应有 %(wanted)s 项，这里是 %(given)s 项。") % words
        if given > most:
            fix = Fix(arguments[most - 1].end, closing.start, "", given - most)
        elif function == "if":
            fix = Fix(closing.start, closing.start, ", 0" * (least - given), least - given)
        else:
            fix = Fix(name.start, closing.end, self.text[arguments[0].start : arguments[0].end], 2)
        raise Unreadable(name.start, reason, fix)

    def checked(self, function: str, arguments: list[_Piece]) -> tuple[Node, ...]:
        if function == "round":
            return (self.number(arguments[0]), self.places(arguments[1:]))
        if function == "if":
            return (self.condition(arguments[0]), *map(self.number, arguments[1:]))
        return tuple(map(self.number, arguments))

    def places(self, rest: list[_Piece]) -> Number:
        if not rest:
            return Number(Decimal(0))
        node = rest[0].node
        if isinstance(node, Number) and node.value in range(ROUND_PLACES + 1):
            return node
        reason = _("四舍五入的位数应是 0 到 %(most)s 的整数。") % {"most": ROUND_PLACES}
        raise Unreadable(rest[0].start, reason, Fix(rest[0].start, rest[0].end, "2", 1))

    # ---- refusals

    def typed(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def unknown(self, token: Token) -> NoReturn:
        word, is_function = self.typed(token), self.tokens[self.at + 1].text == "("
        if is_function:
            known = _("可用的函数：%(names)s。") % {"names": " ".join(FUNCTIONS)}
        elif len(word) == 1 and word.isascii():
            known = _("可用的字母：%(letters)s。") % {"letters": " ".join(LETTERS)}
        else:
            known = _("可用的名称：%(names)s。") % {"names": " ".join(CHINESE.values())}
        near = [Fix(token.start, token.end, text, cost) for text, cost in replacements(word, is_function=is_function)]
        fixes = [*_without_unit(self.text, token), _deletion(token), *near]
        raise Unreadable(token.start, _("不认识“%(word)s”。") % {"word": word} + known, *fixes)

    def missing(self, token: Token) -> NoReturn:
        """A number, name or bracket should stand at `token`."""
        last = self.before
        if token.kind == "stray":
            self.stray(token)
        if last is not None and last.text == "(" and token.text == ")":
            raise Unreadable(last.start, _("括号里是空的。"), Fix(last.start, token.end, "", 2))
        if last is not None and last.text == "(" and token.kind == "end":
            raise Unreadable(last.start, _("这个左括号没有配上右括号。"), _deletion(last))
        if last is not None and (token.kind == "end" or token.text in (")", ",")):
            reason = _("“%(sign)s”后面缺少数值。") % {"sign": self.typed(last)}
            raise Unreadable(last.start, reason, _deletion(last))
        if token.text == ")":
            raise Unreadable(token.start, _("这个右括号没有配上左括号。"), _deletion(token))
        reason = _("“%(sign)s”前面缺少数值。") % {"sign": self.typed(token)}
        raise Unreadable(token.start, reason, _deletion(token), *([_deletion(last)] if last else []))

    def unexpected(self, token: Token) -> NoReturn:
        """A sign, a closing bracket or the end should stand at `token`."""
        if token.kind == "stray":
            self.stray(token)
        if token.text == ")":
            raise Unreadable(token.start, _("这个右括号没有配上左括号。"), _deletion(token))
        if token.text == ",":
            raise Unreadable(token.start, _("逗号只能用来分开函数括号里的各项。"), _deletion(token))
        if token.kind == "name" and token.text.casefold() not in (*SPELLINGS, *FUNCTIONS, *WORDS):
            self.unknown(token)
        last = self.before
        fixes = [Fix(token.start, token.start, "*", 1), _deletion(token)]
        if last is not None:
            fixes.append(Fix(last.end, token.start, "", 1))
        if token.text in ("x", "X"):  # the letter for the sign
            fixes.append(Fix(token.start, token.end, "*", 0.5))
        raise Unreadable(token.start, _("“%(word)s”前面缺少运算符。") % {"word": self.typed(token)}, *fixes)

    def stray(self, token: Token) -> NoReturn:
        reason = _("公式里不能有“%(sign)s”。") % {"sign": self.typed(token)}
        bracket = _BRACKETS.get(token.text)
        fixes = [Fix(token.start, token.end, bracket, 0.5)] if bracket else []
        raise Unreadable(token.start, reason, *fixes, _deletion(token))


def _sign(token: Token) -> str:
    return WORDS.get(token.text.casefold(), token.text) if token.kind in ("sign", "name") else ""


def _starts_factor(token: Token) -> bool:
    return token.text == "(" or (token.kind == "name" and token.text.casefold() not in WORDS)


def _deletion(token: Token) -> Fix:
    return Fix(token.start, token.end, "", token.end - token.start)


def _without_unit(text: str, token: Token) -> list[Fix]:
    unit = _UNIT.match(text, token.start)
    return [Fix(token.start, unit.end(), "", 0.5)] if unit else []


def _last_term(comparison: str) -> str:
    return comparison.replace("=", "<").replace(">", "<").rpartition("<")[2].strip()
