"""What people type to and in the quality department. Rules live in the actions."""

from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.kinds import CRITERIA, SEVERITY_LABELS, Severity
from zhongshu.cases.kinds import Criterion as JudgedBy
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.quality.kinds import (
    ANSWERS,
    CONSEQUENCE_LABELS,
    CRITERION_LABELS,
    SAID_LABELS,
    VERDICT_LABELS,
    Criterion,
    Direction,
    Verdict,
)
from zhongshu.quality.policies import MOST_POINTS
from zhongshu.web.forms import DayInput, MinuteInput, Named, words_field
from zhongshu.work.kinds import EscalationRole
from zhongshu.work.policies.measures import MEASURE_LABELS, MEASURES
from zhongshu.work.policies.standards import STANDARDS

_words = partial(words_field, most=2000, rows=3)


class QualityForm(Named):
    look = {forms.RadioSelect: ""}


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput())


class HelpForm(QualityForm):
    question = _words(_("遇到什么问题，需要什么支持"))
    is_urgent = forms.BooleanField(label=_("紧急（两小时内答复）"), required=False)


class SupervisionForm(QualityForm):
    question = _words(_("督办的问题和要求"))
    due_at = forms.DateTimeField(label=_("期限"), widget=MinuteInput())

    def clean_due_at(self) -> datetime:
        """On the sites' clock."""
        typed: datetime = self.cleaned_data["due_at"]
        return typed.replace(tzinfo=SITE_ZONE)


class TakeForm(QualityForm):
    """Nothing to type."""


class AnswerForm(QualityForm):
    """`people` are those who can be sent."""

    kind = forms.ChoiceField(label=_("答复方式"))
    person = forms.ModelChoiceField(User.objects.none(), label=_("派谁去"), required=False)
    text = _words(_("答复内容"))

    def __init__(self, *args: Any, direction: Direction, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.value, SAID_LABELS[kind]) for kind in ANSWERS[direction]]  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        if direction == Direction.SUPERVISION:
            del self.fields["person"]
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = ANSWERS[direction][0].value


class ReturnForm(QualityForm):
    text = _words(_("退回意见"))


class AcceptForm(QualityForm):
    text = forms.CharField(label=_("意见"), max_length=500, required=False)


class EscalateForm(QualityForm):
    text = _words(_("上报理由"))


class ResponseForm(QualityForm):
    measure = forms.ChoiceField(label=_("采取了什么措施"), widget=forms.RadioSelect)
    words = _words(_("说明"), most=1000)

    def __init__(self, *args: Any, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = MEASURES[EscalationRole(level)]
        self.fields["measure"].choices = [(m.value, MEASURE_LABELS[m]) for m in measures]  # type: ignore[attr-defined]


class DrawForm(QualityForm):
    closed_from = _day(_("办结从"))
    closed_until = _day(_("到（不含）"))
    seed = forms.CharField(label=_("随机种子"), max_length=64, help_text=_("同一种子可以重抽出同样的样本。"))


class RateForm(QualityForm):
    site = forms.ModelChoiceField(Site.objects.none(), label=_("项目"), required=False, empty_label=_("全公司"))
    percent = forms.IntegerField(label=_("抽样比例（%）"))

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


class ReviewForm(QualityForm):
    """A field for each criterion."""

    consequence = forms.ChoiceField(label=_("结论"), choices=choices(CONSEQUENCE_LABELS))
    words = _words(_("评语或问题说明"), most=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = [(str(mark), str(mark)) for mark in range(MOST_POINTS, 0, -1)]
        for criterion in reversed(Criterion):
            field = forms.ChoiceField(
                label=CRITERION_LABELS[criterion], choices=marks, widget=forms.Select({"class": "form-select"})
            )
            self.fields = {criterion.value: field, **self.fields}

    @property
    def points(self) -> dict[str, int]:
        """What was given, by criterion."""
        return {criterion.value: int(self.cleaned_data[criterion]) for criterion in Criterion}


class JudgementDrawForm(QualityForm):
    month = forms.DateField(
        label=_("月份"), widget=forms.DateInput({"type": "month"}, format="%Y-%m"), input_formats=["%Y-%m"]
    )


class JudgementReviewForm(QualityForm):
    """The last three fields are for a revision alone."""

    look = {forms.RadioSelect: "", forms.CheckboxSelectMultiple: "choice-list"}

    verdict = forms.TypedChoiceField(
        label=_("评查结论"), coerce=Verdict, choices=choices(VERDICT_LABELS), widget=forms.RadioSelect
    )
    words = _words(_("评语（会告诉裁定人）"), most=500, required=False)
    severity = forms.TypedChoiceField(
        label=_("修正为"), coerce=Severity, empty_value=None, required=False, choices=choices(SEVERITY_LABELS)
    )
    points = forms.IntegerField(label=_("扣分"), min_value=-60, max_value=0, required=False)
    criteria = forms.TypedMultipleChoiceField(
        label=_("符合的标准"), coerce=JudgedBy, required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(str(each), text) for each, (_severity, text) in CRITERIA.items()],
    )  # fmt: skip


class AdoptionForm(QualityForm):
    stars = forms.TypedChoiceField(
        label=_("标准"), coerce=int, choices=[(standard.stars, standard.name) for standard in STANDARDS]
    )
    starts_on = _day(_("从哪天起"))
