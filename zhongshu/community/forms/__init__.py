"""What people type in community. Rules live in the actions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.community.kinds import MANNER_LABELS, MARK_LABELS, MOOD_LABELS, QUESTION_LABELS
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Dressed, words_field


class VisitForm(Dressed):
    """A visit, as it was made."""

    look = {forms.RadioSelect: "", forms.FileInput: ""}

    manner = forms.ChoiceField(label=_("方式"), choices=choices(MANNER_LABELS), widget=forms.RadioSelect)
    mood = forms.ChoiceField(label=_("客户对服务"), choices=choices(MOOD_LABELS), widget=forms.RadioSelect)
    words = words_field(_("客户说了什么"), most=1000, required=False)
    on = forms.DateField(label=_("日期"), widget=DayInput(), required=False)
    photo = forms.FileField(
        label=_("照片（可不拍）"),
        required=False,
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )


class SurveyForm(Dressed):
    """A mark for each question, and a problem in one's own words."""

    look = {forms.RadioSelect: ""}

    problem = words_field(_("有什么问题或建议？（可不填）"), most=1000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        marks = [(mark, f"{mark} {label}") for mark, label in MARK_LABELS.items()]
        asked: dict[str, forms.Field] = {
            question.value: forms.TypedChoiceField(label=label, choices=marks, coerce=int, widget=forms.RadioSelect)
            for question, label in QUESTION_LABELS.items()
        }
        self.fields = asked | self.fields
