"""What is typed about a task: what a role has done, a signature, a legal step. Rules live in the actions."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from zhongshu.care.actions import Handed, Spoken
from zhongshu.care.kinds import LEGAL_STEP_LABELS, LegalStepKind
from zhongshu.care.policies.showing import Asked
from zhongshu.collecting.kinds import (
    EVIDENCE_LABELS,
    MANNER_LABELS,
    OUTCOME_LABELS,
    ROAD_LABELS,
    ContactManner,
    Evidence,
    Outcome,
    Road,
)
from zhongshu.community.kinds import MOOD_LABELS, Mood
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.web.forms import DayInput, MinuteInput, Named, words_field

_BOUNDS: Final = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
_NOTHING: Final = [("", _("请选择"))]
_BY_HAND: Final = [pair for pair in choices(ROAD_LABELS) if pair[0] != Road.MESSAGE]


def _chosen(label: Any, pairs: Any, kind: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=[*_NOTHING, *pairs], coerce=kind, empty_value=None, required=False, **options
    )


class LineForm(Named):
    """What one's role has done; only what the task asks of it is there to be filled in."""

    together = forms.BooleanField(label=_("和已经记录的同事一起去的（同一次联系）"), required=False)
    outcome = _chosen(_("联系结果"), choices(OUTCOME_LABELS), Outcome)
    manner = _chosen(
        _("怎么联系的"), [pair for pair in choices(MANNER_LABELS) if pair[0] != ContactManner.MESSAGE], ContactManner
    )
    mood = _chosen(_("客户的态度"), choices(MOOD_LABELS), Mood)
    contacted_at = forms.DateTimeField(
        label=_("联系时间"), required=False, widget=MinuteInput(), help_text=_("不填就是现在。")
    )
    promised_on = forms.DateField(label=_("承诺交费日期"), required=False, widget=DayInput(), validators=_BOUNDS)
    promised_amount = forms.DecimalField(
        label=_("承诺金额（元）"), required=False, max_digits=11, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    note = words_field(_("客户说了什么、需要什么"), most=300, required=False)
    evidence = _chosen(
        _("文书送达证据"), choices(EVIDENCE_LABELS), Evidence,
        help_text=_("签收须附照片；回执须有单号或照片。同事已经登记送达的不用再填。"),
    )  # fmt: skip
    channel = _chosen(_("送达方式"), _BY_HAND, Road)
    reference = forms.CharField(label=_("回执单号"), max_length=80, required=False)
    file = forms.FileField(
        label=_("签收照片"), required=False,
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    did = words_field(_("做了什么"), most=500, rows=3, required=False)

    def __init__(self, *args: Any, asked: Asked, with_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _unasked(asked, with_others=with_others):
            del self.fields[name]

    def clean_contacted_at(self) -> Any:
        said = self.cleaned_data["contacted_at"]
        return said.replace(tzinfo=SITE_ZONE) if said and said.tzinfo is None else said


def _unasked(asked: Asked, *, with_others: bool) -> set[str]:
    gone = set() if asked.ways and with_others else {"together"}
    gone |= set() if asked.ways else {"outcome", "contacted_at", "promised_on", "promised_amount"}
    gone |= {"manner"} if len(asked.ways) < 2 else set()
    gone |= set() if asked.paper else {"evidence", "channel", "reference", "file"}
    gone |= set() if asked.did else {"did"}
    return gone | ({"mood", "note"} if asked.did and not asked.is_visit else set())


def spoken_of(typed: Mapping[str, Any]) -> Spoken | None:
    """How the customer was spoken to, if it was filled in; at a visit that is not about money the mood says it."""
    outcome = typed.get("outcome") or (Outcome.OTHER if "outcome" not in typed and typed.get("mood") else None)
    if outcome is None or typed.get("together"):
        return None
    names = ("manner", "promised_on", "promised_amount", "mood")
    facts = {name: typed.get(name) for name in names}
    return Spoken(outcome=outcome, at=typed.get("contacted_at"), note=typed.get("note", ""), **facts)


def handed_of(typed: Mapping[str, Any]) -> Handed | None:
    """The letter on paper, if it was filled in."""
    if typed.get("evidence") is None:
        return None
    channel = typed.get("channel") or Road.DOOR
    return Handed(
        evidence=typed["evidence"], channel=channel, reference=typed.get("reference", ""), file=typed.get("file")
    )


class SignatureForm(Named):
    words = words_field(_("签字意见"), most=200)


class StepForm(Named):
    """What legal affairs have done."""

    kind = forms.TypedChoiceField(label=_("法律步骤"), choices=choices(LEGAL_STEP_LABELS), coerce=LegalStepKind)
    on = forms.DateField(label=_("日期"), widget=DayInput(), validators=_BOUNDS)
    note = words_field(_("备注（案号、法院、金额）"), most=300, required=False)
