"""Every figure, defined once: what it counts, said in words and in SQL over the rows of `insight.queries.matters`.

docs/figures.md is this table for people; a test compares the two. What a report shows and what its list shows are the
same condition over the same rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from zhongshu.insight.kinds import Subject

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Figure:
    """So many matters: `where` is SQL over the subject's rows. `total`: what is added up over them, if anything."""

    code: str
    label: Words
    meaning: Words
    subject: Subject
    where: str
    total: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """One figure as a share of another. `good` +1: more is better, −1: less is."""

    code: str
    label: Words
    part: str
    whole: str
    good: int = 1


REPEATED = 3
"""Somebody who reports so often within a period is a repeat caller."""

CASES, ORDERS = Subject.CASES, Subject.ORDERS
_FIGURES = (
    Figure("opened", _("受理"), _("期内受理的报事"), CASES, "true"),
    Figure("urgent", _("特急"), _("期内受理的特急报事"), CASES, "urgency = 'P1'"),
    Figure("settled", _("应办结"), _("期内受理、未撤销的报事"), CASES, "state <> 'withdrawn'"),
    Figure("closed", _("已关闭"), _("期内受理、现已关闭的报事"), CASES, "state = 'closed'"),
    Figure("unclosed", _("未关闭"), _("期内受理、现在仍未关闭的报事"), CASES, "state IN ('open', 'follow_up')"),
    Figure("withdrawn", _("后来撤销"), _("期内受理、后来撤销的报事"), CASES, "state = 'withdrawn'"),
    Figure(
        "ended_once",
        _("曾办结"),
        _("期内受理、至少办结过一次的报事（现已关闭，或办结后重开）"),
        CASES,
        "state = 'closed' OR reopened_count > 0",
    ),
    Figure(
        "fixed_first",
        _("一次解决"),
        _("期内受理、关闭且从未重开的报事"),
        CASES,
        "state = 'closed' AND reopened_count = 0",
    ),
    Figure("reopened", _("重开过"), _("期内受理、重开过的报事"), CASES, "reopened_count > 0"),
    Figure(
        "calls_due",
        _("应回访"),
        _("期内受理、回访已做或已到期的报事"),
        CASES,
        "call_made OR call_missed",
    ),
    Figure(
        "calls_made",
        _("已回访"),
        _("期内受理、应回访且没有逾期未做的报事"),
        CASES,
        "call_made AND NOT call_missed",
    ),
    Figure("scored", _("有评分"), _("期内受理、回访得到评分的报事；取最后一次"), CASES, "score IS NOT NULL", "score"),
    Figure("content", _("满意"), _("期内受理、最后一次评分 4 分以上的报事"), CASES, "score >= 4"),
    Figure("complaints", _("投诉"), _("期内受理、类别属于投诉的报事"), CASES, "is_complaint"),
    Figure("upheld", _("有效投诉"), _("期内受理、最后一次有效的定责认定成立的报事"), CASES, "is_upheld"),
    Figure("referred", _("转介"), _("期内受理、转介给外部单位的报事"), CASES, "is_referred"),
    Figure(
        "repeated",
        _("重复来电"),
        _("同一客户（无登记的按来电号码）在期内报事三件以上的那些报事"),
        CASES,
        f"spoke >= {REPEATED}",
    ),
    Figure("orders", _("工单"), _("期内开出的工单"), ORDERS, "true"),
    Figure("done", _("已完工"), _("期内开出、现已完工的工单"), ORDERS, "state IN ('done', 'signed_off', 'closed')"),
    Figure(
        "acknowledge_due",
        _("接单应按时"),
        _("期内开出、未撤销、接单时限已停表或已过的工单"),
        ORDERS,
        "state <> 'withdrawn' AND acknowledge_due",
    ),
    Figure(
        "acknowledge_kept",
        _("按时接单"),
        _("接单应按时的工单中没有一次超时的"),
        ORDERS,
        "state <> 'withdrawn' AND acknowledge_due AND NOT acknowledge_late",
    ),
    Figure(
        "arrive_due",
        _("到场应按时"),
        _("期内开出、未撤销、到场时限已停表或已过的工单"),
        ORDERS,
        "state <> 'withdrawn' AND arrive_due",
    ),
    Figure(
        "arrive_kept",
        _("按时到场"),
        _("到场应按时的工单中没有一次超时的"),
        ORDERS,
        "state <> 'withdrawn' AND arrive_due AND NOT arrive_late",
    ),
    Figure(
        "finish_due",
        _("完工应按时"),
        _("期内开出、未撤销、完工时限已停表或已过的工单"),
        ORDERS,
        "state <> 'withdrawn' AND finish_due",
    ),
    Figure(
        "finish_kept",
        _("按时完工"),
        _("完工应按时的工单中没有一次超时的"),
        ORDERS,
        "state <> 'withdrawn' AND finish_due AND NOT finish_late",
    ),
    Figure(
        "late",
        _("超时工单"),
        _("期内开出、未撤销、任一时限超过的工单"),
        ORDERS,
        "state <> 'withdrawn' AND (acknowledge_late OR arrive_late OR finish_late)",
    ),
    Figure("worked", _("现场工时"), _("期内开出、有人到过场的工单；合计在场分钟"), ORDERS, "minutes > 0", "minutes"),
    Figure(
        "aided",
        _("支援工时"),
        _("期内开出、有其他班组支援的工单；合计支援分钟"),
        ORDERS,
        "aid_minutes > 0",
        "aid_minutes",
    ),
)
FIGURES: Mapping[str, Figure] = {figure.code: figure for figure in _FIGURES}

_RATES = (
    Rate("closure", _("关闭率"), "closed", "settled"),
    Rate("first_time_fix", _("一次解决率"), "fixed_first", "ended_once"),
    Rate("acknowledge_on_time", _("接单按时率"), "acknowledge_kept", "acknowledge_due"),
    Rate("arrive_on_time", _("到场按时率"), "arrive_kept", "arrive_due"),
    Rate("finish_on_time", _("完工按时率"), "finish_kept", "finish_due"),
    Rate("follow_up", _("回访完成率"), "calls_made", "calls_due"),
    Rate("satisfaction", _("满意率"), "content", "scored"),
    Rate("reply", _("回访应答率"), "scored", "calls_due"),
    Rate("repeat", _("重复来电占比"), "repeated", "opened", good=-1),
)
RATES: Mapping[str, Rate] = {rate.code: rate for rate in _RATES}


def of_subject(subject: Subject) -> tuple[Figure, ...]:
    """The figures that count such matters."""
    return tuple(figure for figure in _FIGURES if figure.subject is subject)
