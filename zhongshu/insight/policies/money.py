"""Every figure of money, defined once: in words, and as SQL over the rows of `insight/sql/`.

docs/figures.md is this table for people; a test compares the two.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from zhongshu.insight.kinds import Topic
from zhongshu.insight.policies.figures import Words


@dataclass(frozen=True, slots=True)
class MoneyFigure:
    """So many yuan: `amount` is SQL over a row of its topic's source, added up over the rows."""

    code: str
    label: Words
    meaning: Words
    topic: Topic
    amount: str


@dataclass(frozen=True, slots=True)
class MoneyRate:
    """One figure as a share of another."""

    code: str
    label: Words
    part: str
    whole: str


def aged(after: int, until: int | None) -> str:
    """SQL: open, and due more than `after` − 1 whole months ago and not yet `until` + 1 months."""
    old = "due_on < %(on)s" if after == 0 else f"due_on + interval '{after} months' <= %(on)s"
    young = "" if until is None else f" AND due_on + interval '{until + 1} months' > %(on)s"
    return f"CASE WHEN {old}{young} THEN open ELSE 0 END"


AGES = {"m0_3": (0, 3), "m4_6": (4, 6), "m7_12": (7, 12), "m13_24": (13, 24), "m25_36": (25, 36), "m37": (37, None)}
"""Whole months since the due day: from, to."""

_C, _A, _T = Topic.COLLECTION, Topic.AGEING, Topic.TAKINGS
_FIGURES = (
    MoneyFigure("due", _("本年应收"), _("本年内应缴、截至当日已到应缴日的费用，冲销的不算"), _C, "due"),
    MoneyFigure("collected", _("本年已收"), _("截至当日用收款结清的本年应收，含提前缴的；退票的不算"), _C, "collected"),
    MoneyFigure("ahead", _("其中上年已缴"), _("本年应收中，本年以前就已收到的"), _C, "ahead"),
    MoneyFigure("relieved", _("本年减免"), _("本年应收中减免、优惠和核销的"), _C, "relieved"),
    MoneyFigure("unpaid", _("本年未收"), _("本年应收减去已收和减免"), _C, "unpaid"),
    MoneyFigure("opening", _("年初欠费"), _("上年底以前应缴、到年初还没有结清的费用，冲销的不算"), _C, "opening"),
    MoneyFigure("recovered", _("清欠回收"), _("本年内用收款结清的年初欠费"), _C, "recovered"),
    MoneyFigure("forgiven", _("清欠减免"), _("年初欠费中本年内减免、优惠和核销的"), _C, "forgiven"),
    MoneyFigure("remaining", _("剩余旧欠"), _("年初欠费减去回收和减免"), _C, "remaining"),
    MoneyFigure(
        "not_due",
        _("未到期"),
        _("当日或以后才到应缴日的未结本金"),
        _A,
        "CASE WHEN due_on >= %(on)s THEN open ELSE 0 END",
    ),
    MoneyFigure("m0_3", _("0–3 个月"), _("逾期不满 4 个月的未结本金"), _A, aged(*AGES["m0_3"])),
    MoneyFigure("m4_6", _("4–6 个月"), _("逾期满 4 个月、不满 7 个月的未结本金"), _A, aged(*AGES["m4_6"])),
    MoneyFigure("m7_12", _("7–12 个月"), _("逾期满 7 个月、不满 13 个月的未结本金"), _A, aged(*AGES["m7_12"])),
    MoneyFigure("m13_24", _("13–24 个月"), _("逾期满 13 个月、不满 25 个月的未结本金"), _A, aged(*AGES["m13_24"])),
    MoneyFigure("m25_36", _("25–36 个月"), _("逾期满 25 个月、不满 37 个月的未结本金"), _A, aged(*AGES["m25_36"])),
    MoneyFigure("m37", _("36 个月以上"), _("逾期满 37 个月的未结本金"), _A, aged(*AGES["m37"])),
    MoneyFigure(
        "overdue", _("逾期合计"), _("已过应缴日的未结本金"), _A, "CASE WHEN due_on < %(on)s THEN open ELSE 0 END"
    ),
    MoneyFigure("taken", _("收款"), _("当日收到的款，后来退票的不算"), _T, "taken"),
    MoneyFigure("bounced", _("其中退票"), _("当日收到、后来退票撤销的款；不在收款里"), _T, "bounced"),
    MoneyFigure("refunded", _("退款"), _("当日付出的预存款退款"), _T, "refunded"),
)
MONEY_FIGURES = {figure.code: figure for figure in _FIGURES}

_RATES = (
    MoneyRate("collection", _("当年收缴率"), "collected", "due"),
    MoneyRate("recovery", _("清欠率"), "recovered", "opening"),
)
MONEY_RATES = {rate.code: rate for rate in _RATES}


def of_topic(topic: Topic) -> tuple[MoneyFigure, ...]:
    """The topic's figures, in their order."""
    return tuple(figure for figure in _FIGURES if figure.topic is topic)
