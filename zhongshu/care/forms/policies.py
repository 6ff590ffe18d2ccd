"""The table of the score as people fill it in: every choice a field, what makes no sense said beside it."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zhongshu.care.kinds import BAND_LABELS, MANNER_LABELS, RULE_LABELS, Band, Rule
from zhongshu.care.policies.checking import (
    LABELS,
    LADDER,
    LEGAL_LETTERS,
    LETTERS,
    LIVES,
    MANNERS,
    RANGES,
    ROLES,
    SWITCHES,
    faults,
)
from zhongshu.cases.kinds import SEVERITY_LABELS, Severity
from zhongshu.collecting.kinds import NOTICE_KIND_LABELS, NoticeKind
from zhongshu.identity.roles import ROLE_LABELS, Role
from zhongshu.web.forms import DayInput, Dressed

SHAPES: Final = ("tiers", "bands", "complaint_bands")
_DAYS: Final = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
_BREAKS: Final = re.compile(r"[,，、;；\s]+")  # matter: how people separate numbers
_NO_LETTER: Final = ("", gettext_lazy("不发"))


def _key(word: str) -> str:
    return word.replace(".", "_")


def _number(label: Any, *, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=-32_000, max_value=32_000)


class PolicyForm(Dressed):
    """`choices()`: what was chosen, in the shapes of a policy."""

    look = {forms.CheckboxSelectMultiple: "", forms.CheckboxInput: "form-check-input"}

    starts_on = forms.DateField(label=gettext_lazy("从哪天起执行"), widget=DayInput(), validators=_DAYS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.base_fields = {  # type: ignore[misc]  # of this form alone, in the language of today's reader
            **self.base_fields,
            **dict(self._simple()),
            **dict(self._ladder()),
            **dict(self._points()),
            **{name: forms.Field(label=LABELS[name], required=False) for name in SHAPES},
        }
        super().__init__(*args, **kwargs)

    @staticmethod
    def _simple() -> Iterator[tuple[str, forms.Field]]:
        for name in RANGES:
            field = _number(LABELS[name], required=name not in LIVES)
            field.help_text = gettext_lazy("不填为永久") if name in LIVES else ""
            yield name, field
        for name in SWITCHES:
            yield name, forms.BooleanField(label=LABELS[name], required=False)
        yield "ignore_below", forms.DecimalField(label=LABELS["ignore_below"], max_digits=14)
        clock = forms.TimeInput({"type": "time"}, format="%H:%M")
        yield "evaluate_at", forms.TimeField(label=LABELS["evaluate_at"], widget=clock)

    @staticmethod
    def _ladder() -> Iterator[tuple[str, forms.Field]]:
        roles = [(role, ROLE_LABELS[Role(role)]) for role in ROLES]
        manners = [("", "—"), *((manner, MANNER_LABELS[manner]) for manner in MANNERS)]
        for rule in LADDER:
            letters = LEGAL_LETTERS if rule == Rule.ARREARS_LEGAL else [one for one in LETTERS if one]
            kinds = [(kind, NOTICE_KIND_LABELS[NoticeKind(kind)]) for kind in letters]
            sent = kinds if rule == Rule.ARREARS_LEGAL else [_NO_LETTER, *kinds]
            key, many = _key(rule), forms.CheckboxSelectMultiple()
            yield f"{key}_used", forms.BooleanField(label=RULE_LABELS[rule], required=False)
            yield f"{key}_months", forms.CharField(label=_label(rule, _("月数")), required=False, max_length=60)
            yield f"{key}_points", _number(_label(rule, _("分数")), required=False)
            yield f"{key}_letter", forms.ChoiceField(label=_label(rule, _("文书")), choices=sent, required=False)
            who = forms.MultipleChoiceField(
                label=_label(rule, _("由谁处理")), choices=roles, required=False, widget=many
            )
            yield f"{key}_roles", who
            yield f"{key}_manner", forms.ChoiceField(label=_label(rule, _("方式")), choices=manners, required=False)

    @staticmethod
    def _points() -> Iterator[tuple[str, forms.Field]]:
        for band in Band:
            if band != Band.PRIORITY:
                yield f"band_{band}", _number(BAND_LABELS[band])
        for severity in Severity:
            yield f"{severity}_most", _number(_label_of(severity, _("最少扣")))
            yield f"{severity}_least", _number(_label_of(severity, _("最多扣")))

    def clean(self) -> dict[str, Any]:
        """What is whole is looked at as the action will."""
        if not self.errors:
            for fault in faults(self.choices()):
                self.add_error(fault.field, fault.message)
        return self.cleaned_data

    def choices(self) -> dict[str, Any]:
        """Of a form whose fields could be read."""
        said = self.cleaned_data
        plain = {name: said[name] for name in (*RANGES, *SWITCHES, "ignore_below", "evaluate_at")}
        return plain | {
            "tiers": [_tier(rule, said) for rule in LADDER if said[f"{_key(rule)}_used"]],
            "bands": [[str(band), said.get(f"band_{band}", 0)] for band in Band],
            "complaint_bands": {str(one): [said[f"{one}_most"], said[f"{one}_least"]] for one in Severity},
        }

    def ladder(self) -> list[dict[str, Any]]:
        """A row for each tier."""
        parts = ("used", "months", "points", "letter", "roles", "manner")
        return [
            {"is_legal": rule == Rule.ARREARS_LEGAL} | {part: self[f"{_key(rule)}_{part}"] for part in parts}
            for rule in LADDER
        ]

    def band_fields(self) -> list[Any]:
        return [self[f"band_{band}"] for band in Band if band != Band.PRIORITY]

    def complaint_fields(self) -> list[dict[str, Any]]:
        return [
            {"label": SEVERITY_LABELS[one], "most": self[f"{one}_most"], "least": self[f"{one}_least"]}
            for one in Severity
        ]

    def simple_fields(self) -> list[Any]:
        return [self[name] for name in LABELS if name not in SHAPES]


def _label(rule: Rule, part: str) -> str:
    return f"{RULE_LABELS[rule]}：{part}"


def _label_of(severity: Severity, part: str) -> str:
    return f"{SEVERITY_LABELS[severity]}：{part}"


def _tier(rule: str, said: Mapping[str, Any]) -> dict[str, Any]:
    key = _key(rule)
    return {
        "rule": str(rule),
        "months": _months(said[f"{key}_months"]),
        "points": said[f"{key}_points"],
        "letter": said[f"{key}_letter"],
        "roles": said[f"{key}_roles"],
        "manner": said[f"{key}_manner"],
    }


def _months(text: str) -> list[Any]:
    """`6、8、10`; what is no number stays as it is, and is found fault with."""
    words = [word for word in _BREAKS.split(text.strip()) if word]
    return [int(word) if word.isdecimal() and len(word) < 6 else word for word in words]


def as_typed(choices: Mapping[str, Any]) -> dict[str, Any]:
    """A table as the form shows it."""
    shown = {name: value for name, value in choices.items() if name not in SHAPES}
    for tier in choices["tiers"]:
        key = _key(tier["rule"])
        shown |= {f"{key}_{part}": tier[part] for part in ("points", "letter", "roles", "manner")}
        shown |= {f"{key}_used": True, f"{key}_months": "、".join(map(str, tier["months"]))}
    shown |= {f"band_{band}": least for band, least in choices["bands"]}
    for severity, (most, least) in choices["complaint_bands"].items():
        shown |= {f"{severity}_most": most, f"{severity}_least": least}
    return shown


class VisitsForm(Dressed):
    """How many are visited each quarter, and which answers are followed up."""

    visit_percent = forms.IntegerField(label=gettext_lazy("每季度拜访比例（%）"), min_value=1, max_value=100)
    low_mark = forms.IntegerField(label=gettext_lazy("几分以下要跟进"), min_value=1, max_value=4)
    starts_on = forms.DateField(label=gettext_lazy("从哪天起执行"), widget=DayInput(), validators=_DAYS)
