"""A table of the score in words, as people read it beside another."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from zhongshu.care.kinds import BAND_LABELS, MANNER_LABELS, RULE_LABELS, Band, Manner, Rule
from zhongshu.care.policies.checking import LABELS, LIVES
from zhongshu.cases.kinds import SEVERITY_LABELS, Severity
from zhongshu.collecting.kinds import NOTICE_KIND_LABELS, NoticeKind
from zhongshu.identity.roles import ROLE_LABELS, Role


@dataclass(frozen=True, slots=True)
class Row:
    """A choice. `before`: what the other table says, where that differs."""

    name: str
    label: Any
    lines: list[str]
    before: list[str]


def in_words(choices: Mapping[str, Any], beside: Mapping[str, Any] | None = None) -> list[Row]:
    """Every choice, in the order of the fields."""
    other = beside or choices
    rows = [(name, label, _lines(name, choices[name]), _lines(name, other[name])) for name, label in LABELS.items()]
    return [Row(name, label, lines, before if before != lines else []) for name, label, lines, before in rows]


def _lines(name: str, value: Any) -> list[str]:
    if name == "tiers":
        return [_tier(tier) for tier in value]
    if name == "bands":
        return [
            _("%(band)s：%(least)s 分起") % {"band": BAND_LABELS[Band(band)], "least": least} for band, least in value
        ]
    if name == "complaint_bands":
        pairs = [(SEVERITY_LABELS[one], *value[one]) for one in Severity]
        return [f"{label}：{most} – {least}" if most != least else f"{label}：{most}" for label, most, least in pairs]
    return [_plain(name, value)]


def _plain(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name in LIVES and value is None:
        return _("永久")
    return f"{value:%H:%M}" if name == "evaluate_at" else str(value)


def _tier(tier: Mapping[str, Any]) -> str:
    months = "、".join(map(str, tier["months"]))
    when = _("满 %(months)s 个月") % {"months": months} if months else _("催费通知书期满")
    letter = NOTICE_KIND_LABELS[NoticeKind(tier["letter"])] if tier["letter"] else _("不发文书")
    parts = [when, _("%(points)s 分") % {"points": tier["points"]}, str(letter)]
    if tier["roles"]:
        who = "、".join(str(ROLE_LABELS[Role(role)]) for role in tier["roles"])
        parts += [f"{who}（{MANNER_LABELS[Manner(tier['manner'])]}）"]
    return f"{RULE_LABELS[Rule(tier['rule'])]}：{'，'.join(parts)}"
