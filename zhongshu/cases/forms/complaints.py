"""What people type about complaints."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.forms import CaseForm, PageForm
from zhongshu.cases.kinds import (
    COMPLAINT_KIND_LABELS,
    COMPLAINT_SUBJECT_LABELS,
    CRITERIA,
    SEVERITY_LABELS,
    ComplaintKind,
    ComplaintSubject,
    Criterion,
    Severity,
)
from zhongshu.cases.lifecycle import ANSWER_LABELS, Answer
from zhongshu.cases.models import Case
from zhongshu.cases.queries.complaints import staff_to_name
from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.people.models import Team
from zhongshu.web.forms import words_field


class ComplaintForm(CaseForm):
    """What kind it is, what about, against whom."""

    kind = forms.ChoiceField(label=_("性质"), choices=choices(COMPLAINT_KIND_LABELS))
    subject = forms.ChoiceField(
        label=_("关于"), required=False, choices=[("", "—"), *choices(COMPLAINT_SUBJECT_LABELS)]
    )
    against_user_id = forms.ModelChoiceField(User.objects.none(), label=_("被投诉人"), required=False)
    against_team_id = forms.ModelChoiceField(Team.objects.none(), label=_("被投诉班组"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        named: Any = self.fields["against_user_id"]
        named.queryset, named.label_from_instance = staff_to_name(case.site_id), lambda user: user.name
        team: Any = self.fields["against_team_id"]
        team.queryset = Team.objects.filter(site_id=case.site_id).order_by("name")
        team.label_from_instance = lambda each: each.name

    def clean_kind(self) -> ComplaintKind:
        return ComplaintKind(self.cleaned_data["kind"])

    def clean_subject(self) -> ComplaintSubject | None:
        return ComplaintSubject(self.cleaned_data["subject"]) if self.cleaned_data["subject"] else None

    def clean_against_user_id(self) -> int | None:
        user = self.cleaned_data["against_user_id"]
        return user.pk if user else None

    def clean_against_team_id(self) -> int | None:
        team = self.cleaned_data["against_team_id"]
        return team.pk if team else None


class JudgementForm(CaseForm):
    """Severity, points and the criteria met."""

    severity = forms.ChoiceField(label=_("裁定"), choices=choices(SEVERITY_LABELS))
    points = forms.IntegerField(label=_("扣分"), min_value=-60, max_value=0)
    criteria = forms.MultipleChoiceField(
        label=_("符合的标准"),
        choices=[(str(each), text) for each, (_severity, text) in CRITERIA.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    note_text = words_field(_("裁定说明"), most=500)

    def clean_severity(self) -> Severity:
        return Severity(self.cleaned_data["severity"])

    def clean_criteria(self) -> list[Criterion]:
        return [Criterion(each) for each in self.cleaned_data["criteria"]]


class RevisionForm(JudgementForm):
    """The same, by quality."""


class LineForm(CaseForm):
    """What a role must show."""

    explanation = words_field(_("解释说明"), most=500, required=False)
    contact = words_field(_("联系与致歉"), most=500, required=False)
    feedback = words_field(_("结果反馈"), most=500, required=False)
    answer = forms.ChoiceField(label=_("客户答复"), required=False, choices=[("", "—"), *choices(ANSWER_LABELS)])

    def clean_answer(self) -> Answer | None:
        return Answer(self.cleaned_data["answer"]) if self.cleaned_data["answer"] else None


class SignatureForm(PageForm):
    words = forms.CharField(label=_("签字意见"), max_length=200)


class ReportForm(CaseForm):
    text = words_field(_("书面报告"), most=4000, rows=6)
