"""What people type about incidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.forms import CATEGORIES, TEAMS, URGENCIES, PageForm
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.people.kinds import TeamKind
from zhongshu.web.forms import MinuteInput, words_field
from zhongshu.work.kinds import Urgency


class InstantField(forms.DateTimeField):
    """A day and a time as the clock of the site shows them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=MinuteInput(), required=False, **kwargs)

    def to_python(self, value: Any) -> Any:
        read = super().to_python(value)
        return read.replace(tzinfo=SITE_ZONE) if read is not None else None


class IncidentForm(PageForm):
    title = forms.CharField(label=_("事件名称"), max_length=60, help_text=_("如：二期 3 栋停电"))
    category = forms.ChoiceField(label=_("类别"), choices=CATEGORIES)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=URGENCIES, initial=Urgency.P2)
    place_code = forms.CharField(
        label=_("范围"), max_length=60, required=False, help_text=_("位置编码，如 P2-3；不填为整个项目")
    )
    team_kind = forms.ChoiceField(
        label=_("抢修班组"), required=False, choices=[("", _("不由我们维修")), *TEAMS], initial=TeamKind.ENGINEERING
    )
    planned_from = InstantField(label=_("计划开始"), help_text=_("计划停用才填"))
    planned_until = InstantField(label=_("计划结束"))
    notice = words_field(_("通知内容"), most=500, required=False)
    spoken = words_field(_("电话里怎么说"), most=500, required=False)
    case_ids = forms.TypedMultipleChoiceField(label=_("并入的报事"), coerce=int, required=False)

    def __init__(self, *args: Any, site: Site, case_ids: list[int] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        sent = self.data.getlist("case_ids") if self.is_bound else []  # type: ignore[attr-defined]
        known = {int(each) for each in sent if each.isdecimal() and len(each) < 18} | set(case_ids or [])
        self.fields["case_ids"].choices = [(each, str(each)) for each in sorted(known)]  # type: ignore[attr-defined]
        self.fields["case_ids"].widget = forms.MultipleHiddenInput()

    def clean_place_code(self) -> str | None:
        return self.cleaned_data["place_code"].strip() or None

    def clean_team_kind(self) -> TeamKind | None:
        return TeamKind(self.cleaned_data["team_kind"]) if self.cleaned_data["team_kind"] else None


class NoticeForm(PageForm):
    text = words_field(_("通知内容"), most=500)
    spoken = words_field(_("电话里怎么说"), most=500, required=False)


class ReasonForm(PageForm):
    reason = forms.CharField(label=_("原因"), max_length=200)


class AnswerForm(PageForm):
    words = forms.CharField(label=_("说明"), max_length=200, required=False)


class JoinForm(PageForm):
    case_ids = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, allowed: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["case_ids"].choices = [(each, str(each)) for each in allowed]  # type: ignore[attr-defined]
