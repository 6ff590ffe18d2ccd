"""Whether a table makes sense: every field of a policy, and what is wrong with it in words."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.care.kinds import BAND_LABELS, RULE_LABELS, Band, Manner, Rule
from zhongshu.care.policies.table import KEEPER, LEGAL, SITE_MANAGER, SUPERVISOR
from zhongshu.cases.kinds import SEVERITY_LABELS, Severity
from zhongshu.collecting.kinds import NoticeKind

LABELS: Final[Mapping[str, Any]] = {
    "initial_score": gettext_lazy("初始分"),
    "tiers": gettext_lazy("欠费阶梯"),
    "bands": gettext_lazy("区间"),
    "complaint_bands": gettext_lazy("投诉扣分范围"),
    "ignore_below": gettext_lazy("不足多少元视为已交"),
    "grace_days": gettext_lazy("催费通知书的期限（天）"),
    "repeat_deducts": gettext_lazy("第 8、10 个月再次扣分"),
    "dispute_hold": gettext_lazy("有争议时暂缓催费通知书和法务"),
    "dispute_hold_days": gettext_lazy("因争议最多暂缓（天）"),
    "complaint_life": gettext_lazy("投诉记分保留（月）"),
    "arrears_life": gettext_lazy("欠费记分在交清后保留（月）"),
    "prepaid_points": gettext_lazy("预交加分"),
    "prepaid_months": gettext_lazy("预交满多少个月为金章"),
    "legal_repeat_days": gettext_lazy("法务任务每隔（天）再来"),
    "opening_per_keeper_day": gettext_lazy("上线旧欠费每位管家每天处理（户）"),
    "improvement_days": gettext_lazy("改善计划期限（天）"),
    "answer_days": gettext_lazy("任务期限（天）"),
    "evaluate_at": gettext_lazy("每天评估的时间"),
}
"""Every choice of a policy, by the name of its field."""

RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "initial_score": (0, 100),
    "grace_days": (1, 365),
    "dispute_hold_days": (1, 365),
    "complaint_life": (1, 600),
    "arrears_life": (1, 600),
    "prepaid_points": (0, 100),
    "prepaid_months": (1, 120),
    "legal_repeat_days": (1, 3650),
    "opening_per_keeper_day": (1, 1000),
    "improvement_days": (1, 365),
    "answer_days": (1, 365),
}
"""Whole numbers, from–to."""

LIVES: Final = ("complaint_life", "arrears_life")
"""Months, or None: for ever."""
SWITCHES: Final = ("repeat_deducts", "dispute_hold")
MOST_IGNORED: Final = Decimal(10_000)
MOST_MONTHS: Final = 120
MOST_POINTS: Final = 100

LADDER: Final = tuple(rule for rule in Rule if rule.startswith("arrears."))
TIER: Final = frozenset({"rule", "months", "points", "letter", "roles", "manner"})
LETTERS: Final = ("", NoticeKind.PAYMENT_REMINDER, NoticeKind.PAYMENT_NOTICE, NoticeKind.FINAL_DEMAND)
LEGAL_LETTERS: Final = (NoticeKind.LAWYER_LETTER, NoticeKind.FORMAL_DEMAND)
ROLES: Final = (KEEPER, SUPERVISOR, SITE_MANAGER, LEGAL)
MANNERS: Final = (Manner.TELEPHONE, Manner.DOOR, Manner.DOOR_PAPER, Manner.LEGAL)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, in a sentence, and the field that is."""

    field: str
    message: str


def faults(choices: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with these choices, in the order of the fields; whatever they are made of."""
    unknown = [name for name in choices if name not in LABELS]
    found = [Fault(name, _("没有“%(name)s”这一项规则。") % {"name": name}) for name in unknown]
    return found + [
        Fault(name, _("%(label)s：%(wrong)s") % {"label": label, "wrong": wrong})
        for name, label in LABELS.items()
        if name in choices
        for wrong in _wrong(name, choices[name])
    ]


def _wrong(name: str, value: Any) -> Iterable[str]:
    if name in LIVES and value is None:
        return ()
    if name in RANGES:
        return _number(value, *RANGES[name])
    if name in SWITCHES:
        return () if isinstance(value, bool) else (_("只能是“是”或“否”。"),)
    return _SHAPES[name](value)


def _number(value: Any, least: int, most: int) -> Iterator[str]:
    if not _is_whole(value) or not least <= value <= most:
        yield _("应当是 %(least)s 到 %(most)s 之间的整数。") % {"least": least, "most": most}


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _money(value: Any) -> Iterator[str]:
    fits = isinstance(value, Decimal) and value.is_finite() and 0 <= value <= MOST_IGNORED
    if not fits or value != round(value, 2):
        yield _("应当是 0 到 %(most)s 元之间的金额，最多两位小数。") % {"most": MOST_IGNORED}


def _clock(value: Any) -> Iterator[str]:
    if not isinstance(value, time) or value.tzinfo is not None:
        yield _("应当是一天中的时刻，如 06:00。")


def _bands(value: Any) -> Iterator[str]:
    """Five, the best first, from 100 down to 0 without a gap."""
    if not _are_pairs(value) or [pair[0] for pair in value] != list(Band):
        names = "、".join(str(BAND_LABELS[band]) for band in Band)
        yield _("五个区间要齐全，从高到低：%(names)s。") % {"names": names}
        return
    least = [pair[1] for pair in value]
    if not all(map(_is_whole, least)) or any(above <= below for above, below in pairwise(least)):
        yield _("每个区间的最低分要比上一个区间的低，而且是整数。")
    elif least[0] > 100 or least[-1] != 0:
        yield _("五个区间要覆盖 0 到 100 分：最高的不能从 100 以上开始，最低的从 0 开始。")


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, list | tuple) and len(one) == 2 for one in value)


def _complaint_bands(value: Any) -> Iterator[str]:
    """By severity, from–to; the graver the more, and no number of points belongs to two."""
    if not isinstance(value, Mapping) or set(value) != set(Severity) or not _are_pairs(list(value.values())):
        names = "、".join(str(SEVERITY_LABELS[one]) for one in Severity)
        yield _("四种认定要齐全，各有起止分数：%(names)s。") % {"names": names}
        return
    pairs = [value[severity] for severity in Severity]
    if not all(_is_whole(points) and -MOST_POINTS <= points < 0 for pair in pairs for points in pair):
        yield _("扣分应当是 -%(most)s 到 -1 之间的整数。") % {"most": MOST_POINTS}
    elif any(most < least for most, least in pairs):
        yield _("先写扣得少的，再写扣得多的，如 -2 到 -5。")
    elif any(before[1] <= after[0] for before, after in pairwise(pairs)):
        yield _("越重的投诉扣分越多，范围不能重叠。")


def _tiers(value: Any) -> Iterator[str]:
    if not _are_tiers(value):
        yield _("每一级要写明 rule、months、points、letter、roles、manner，不多也不少。")
        return
    rules = [tier["rule"] for tier in value]
    if not rules or rules != [rule for rule in LADDER if rule in rules]:
        yield _("每一级只写一次，从低到高：%(names)s。") % {"names": "、".join(LADDER)}
        return
    said = [_of_tier(tier, wrong) for tier in value for wrong in _in_tier(tier)]
    yield from said or _along(value)


def _are_tiers(value: Any) -> bool:
    listed = isinstance(value, list | tuple)
    return listed and all(isinstance(tier, Mapping) and set(tier) == TIER for tier in value)


def _of_tier(tier: Mapping[str, Any], wrong: str) -> str:
    return _("“%(tier)s”%(wrong)s") % {"tier": RULE_LABELS[Rule(tier["rule"])], "wrong": wrong}


def _in_tier(tier: Mapping[str, Any]) -> Iterator[str]:
    is_legal = tier["rule"] == Rule.ARREARS_LEGAL
    if is_legal and tier["months"] != []:
        yield _("跟在催费通知书之后，不写月数。")
    if not is_legal and not _are_months(tier["months"]):
        yield _("的月数应当是 1 到 %(most)s 之间的整数，由小到大。") % {"most": MOST_MONTHS}
    if not _is_whole(tier["points"]) or not -MOST_POINTS <= tier["points"] <= 0:
        yield _("的分数应当是 -%(most)s 到 0 之间的整数，欠费不能加分。") % {"most": MOST_POINTS}
    letters = LEGAL_LETTERS if is_legal else LETTERS
    if tier["letter"] not in letters:
        yield _("的文书只能是：%(names)s。") % {"names": "、".join(str(one) or _("不发") for one in letters)}
    yield from _people(tier["roles"], tier["manner"])


def _are_months(value: Any) -> bool:
    numbers = value if isinstance(value, list | tuple) else []
    fit = all(_is_whole(months) and 1 <= months <= MOST_MONTHS for months in numbers)
    return bool(numbers) and fit and all(one < next_ for one, next_ in pairwise(numbers))


def _people(roles: Any, manner: Any) -> Iterator[str]:
    listed = isinstance(roles, list | tuple)
    if not listed or any(role not in ROLES for role in roles) or len(set(roles)) != len(roles):
        yield _("由谁处理只能是：%(names)s，不重复。") % {"names": "、".join(ROLES)}
    elif roles and manner not in MANNERS:
        yield _("有人处理，方式就要写：%(names)s。") % {"names": "、".join(MANNERS)}
    elif not roles and manner != "":
        yield _("没有人处理，就不写方式。")


def _along(tiers: Any) -> Iterator[str]:
    """What must hold from tier to tier."""
    months = [number for tier in tiers for number in tier["months"]]
    if any(one >= next_ for one, next_ in pairwise(months)):
        yield _("一级比一级晚：月数从低到高不能重复，也不能倒退。")
    letters = [tier["letter"] for tier in tiers]
    if tiers[-1]["rule"] == Rule.ARREARS_LEGAL and NoticeKind.FINAL_DEMAND not in letters:
        yield _("要转法务，前面必须有一级发催费通知书。")


_SHAPES: Final[Mapping[str, Callable[[Any], Iterator[str]]]] = {
    "tiers": _tiers,
    "bands": _bands,
    "complaint_bands": _complaint_bands,
    "ignore_below": _money,
    "evaluate_at": _clock,
}
