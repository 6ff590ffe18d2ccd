"""What makes a password easy to guess, after NIST SP 800-63B: long enough, not common, not about oneself.

What it is made of is nobody's business: no mixing of letters and signs is asked for, and a sentence is welcome.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

SHORTEST = 8
LONGEST = 256
FEWEST_SIGNS = 5
"""So many different characters at least: `aaaa1111` is short in disguise."""
LEAST_OF_ONES_OWN = 6
"""So many characters must be left when names and numbers of the person are taken away."""


class Fault(StrEnum):
    SHORT = "short"
    NUMERIC = "numeric"
    SIMPLE = "simple"
    COMMON = "common"
    SIMILAR = "similar"


class Strength(StrEnum):
    WEAK = "weak"
    FAIR = "fair"
    GOOD = "good"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Whose:
    """What is known about who chooses: `names` (user name, name in pinyin, number), `words` (initials, the company)."""

    names: Collection[str] = ()
    words: Collection[str] = ()


# Of words people here begin a password with, and numbers they end it with, those met again and again.
_WORDS_TEXT = """
    a aa aaa abc abcd abcde admin administrator ai aini aiwo asd asdf asdfgh asdfghjkl baobao baobei beijing chengxu
    dabao daxiong dearbook fuwu gongsi guanjia guanli guanliyuan haha hao hello iloveyou jiayou kefu king laogong laopo
    li liu love lovelove loveyou mima mm ms nihao p password pass pw q qaz qazwsx qq qwe qweasd qweasdzxc qwer qwert
    qwerty qwertyuiop root shanghai tian tianshi user wangluo wo woai woaini woaiwo woaiwojia wojia wuguan wuye
    wuyeguanli wy wygl wx x xiaobao xiaoqu xuexi yezhu zaq zhang zhao zhongguo zhongshu zx zxc zxcv zxcvb zxcvbn zxcvbnm
"""
_NUMBERS_TEXT = """
    520 521 1314 3344 5201314 1314520 5211314 1314521 7758258 7758521 521521 520520 131452 201314 168 1688 518 5188
    168168 110 119 120 110110 12306 10086 10010 100 101 007 123123 112233 123321 1234321 147258 147258369 159357
"""
_WORDS, _NUMBERS = frozenset(_WORDS_TEXT.split()), frozenset(_NUMBERS_TEXT.split())
_RISING = "01234567890123456789"
_WORD_THEN_NUMBER = re.compile(r"([a-z]*)(\d*)")
_NUMBER_THEN_WORD = re.compile(r"(\d*)([a-z]*)")
_DATE = re.compile(r"(19|20)\d\d((0?[1-9]|1[0-2])((0?[1-9]|[12]\d|3[01]))?)?|\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_DECORATION = re.compile(r"^[^a-z0-9]+|[^a-z0-9]+$")
_LOOKALIKES = str.maketrans("@$0", "aso")


def faults_of(password: str, whose: Whose, *, common: Collection[str]) -> list[Fault]:
    """All that is wrong with it; `common` holds passwords known to be guessed first, in small letters."""
    found = {
        Fault.SHORT: len(password) < SHORTEST,
        Fault.NUMERIC: password.isdecimal(),
        Fault.SIMPLE: bool(password) and len(set(password)) < FEWEST_SIGNS,
        Fault.COMMON: _is_common(password.lower(), whose, common),
        Fault.SIMILAR: _is_similar(password.lower(), whose),
    }
    return [fault for fault, is_found in found.items() if is_found]


def strength_of(password: str, faults: Collection[Fault]) -> Strength:
    """How it would stand against guessing: what counts is length, and a little how many kinds of signs."""
    if faults:
        return Strength.WEAK
    kinds = sum(bool(re.search(kind, password)) for kind in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"))
    points = len(password) + 2 * kinds
    return Strength.STRONG if points >= 20 else Strength.GOOD if points >= 15 else Strength.FAIR


def _is_common(password: str, whose: Whose, common: Collection[str]) -> bool:
    plain = _DECORATION.sub("", password)
    return any(text in common or _is_word_and_number(text, whose) for text in {password, plain, _read_out(plain)})


def _read_out(plain: str) -> str:
    """`p@ssw0rd` is `password`; the number at the end stays a number."""
    number = re.search(r"\d*$", plain)
    ends = number.start() if number else len(plain)
    return plain[:ends].translate(_LOOKALIKES) + plain[ends:]


def _is_word_and_number(text: str, whose: Whose) -> bool:
    first, last = _WORD_THEN_NUMBER.fullmatch(text), _NUMBER_THEN_WORD.fullmatch(text)
    pairs = [(found[1], found[2]) for found in [first] if found] + [(found[2], found[1]) for found in [last] if found]
    return any(_is_familiar_word(word, whose) and _is_familiar_number(number) for word, number in pairs)


def _is_familiar_word(word: str, whose: Whose) -> bool:
    """One of the words, or two of them, or one twice."""
    known = _WORDS | frozenset(whose.words)
    return any(word[:cut] in known and word[cut:] in known | {""} for cut in range(1, len(word) + 1))


def _is_familiar_number(number: str) -> bool:
    """None, a date or year, counting up or down, one digit again and again, or one of those with a meaning."""
    counts = number in _RISING or number in _RISING[::-1]
    return counts or len(set(number)) == 1 or number in _NUMBERS or bool(_DATE.fullmatch(number))


def _is_similar(password: str, whose: Whose) -> bool:
    rest = password
    for name in sorted(whose.names, key=len, reverse=True):
        for text in (name.lower(), name.lower()[::-1]):
            rest = rest.replace(text, "")
    return rest != password and len(rest) < LEAST_OF_ONES_OWN
