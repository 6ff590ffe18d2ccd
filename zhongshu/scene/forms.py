"""What people type about a call for help. Rules live in the actions; their refusals come back as errors of the form."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.scene.kinds import CARE_LABELS, DANGER_LABELS, Danger
from zhongshu.scene.models import Assistance
from zhongshu.scene.queries import colleagues
from zhongshu.web.forms import MinuteInput, Named, words_field


class SceneForm(Named):
    """On a call's page."""

    def __init__(self, *args: Any, call: Assistance, **kwargs: Any) -> None:
        self.call = call
        super().__init__(*args, **kwargs)


class AnswerForm(SceneForm):
    """Nothing to type."""


class DeclineForm(SceneForm):
    reason = forms.CharField(label=_("原因"), max_length=200)


class StandDownForm(SceneForm):
    words = words_field(_("现场情况"), most=500)


class NoteForm(SceneForm):
    text = words_field(_("情况说明"), most=2000)


class PhotoForm(SceneForm):
    upload = forms.FileField(label=_("照片"), widget=forms.FileInput({"accept": "image/*"}))
    text = forms.CharField(label=_("说明"), max_length=500, required=False)


class SoundForm(SceneForm):
    upload = forms.FileField(label=_("录音"), widget=forms.FileInput({"accept": "audio/*"}))
    text = forms.CharField(label=_("说明"), max_length=500, required=False)


class WitnessForm(SceneForm):
    name = forms.CharField(label=_("证人姓名"), max_length=40)
    phone = forms.CharField(label=_("证人电话"), max_length=20, required=False)
    text = words_field(_("证人陈述"), most=2000)


class PoliceForm(SceneForm):
    station = forms.CharField(label=_("派出所"), max_length=80)
    report_number = forms.CharField(label=_("接警编号"), max_length=60, required=False)
    officer = forms.CharField(label=_("民警"), max_length=60, required=False)
    text = words_field(_("说明"), most=2000, required=False)


class AmbulanceForm(SceneForm):
    hospital = forms.CharField(label=_("医院"), max_length=80, required=False)
    vehicle = forms.CharField(label=_("车号"), max_length=40, required=False)
    text = words_field(_("说明"), most=2000, required=False)


def _person(label: Any, *, required: bool = True) -> forms.Field:
    return forms.ModelChoiceField(User.objects.none(), label=label, required=required)


class HarmedForm(SceneForm):
    user = _person(_("本公司员工"), required=False)
    name = forms.CharField(label=_("其他人的姓名"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = colleagues(self.call.site_id, at=now())  # type: ignore[attr-defined]


class CareForm(SceneForm):
    kind = forms.ChoiceField(label=_("关怀"), choices=choices(CARE_LABELS))
    owner = _person(_("负责人"))
    due_at = forms.DateTimeField(label=_("期限"), widget=MinuteInput())
    text = forms.CharField(label=_("内容"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = colleagues(self.call.site_id, at=now())  # type: ignore[attr-defined]

    def clean_due_at(self) -> datetime:
        """On the sites' clock, whatever the server's is."""
        typed: datetime = self.cleaned_data["due_at"]
        return typed.replace(tzinfo=SITE_ZONE)


class OutcomeForm(SceneForm):
    outcome = forms.CharField(label=_("办理结果"), max_length=500)


class ReportForm(SceneForm):
    conclusion = words_field(_("原因和结论"), most=2000, rows=3)
    measures = words_field(_("整改措施"), most=2000, rows=3)


class TargetsForm(Named):
    """Minutes by danger; the fields are named after the dangers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for danger, label in DANGER_LABELS.items():
            self.fields[danger] = forms.IntegerField(
                label=label, min_value=1, max_value=60, widget=forms.NumberInput({"class": "form-control"})
            )

    def said(self) -> dict[Danger, int]:
        return {danger: self.cleaned_data[danger] for danger in Danger}
