"""Forms of insight."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.insight.kinds import FORMAT_LABELS, PAPER_LABELS, RHYTHM_LABELS, Format, Paper, Rhythm
from zhongshu.insight.queries.scopes import Scope
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import Dressed


class _ScopedForm(Dressed):
    scope = forms.ChoiceField(label=_("范围"))

    def __init__(self, *args: Any, scopes: list[Scope], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [(scope.code, scope.name) for scope in scopes]  # type: ignore[attr-defined]


class ScreenForm(_ScopedForm):
    name = forms.CharField(label=_("名称"), max_length=80, help_text=_("例如：消控中心大屏"))


class SubscriptionForm(_ScopedForm):
    paper = forms.TypedChoiceField(label=_("内容"), choices=choices(PAPER_LABELS), coerce=Paper)
    rhythm = forms.TypedChoiceField(label=_("频次"), choices=choices(RHYTHM_LABELS), coerce=Rhythm)
    format = forms.TypedChoiceField(label=_("格式"), choices=choices(FORMAT_LABELS), coerce=Format)


class PictureForm(Dressed):
    picture = forms.FileField(label=_("平面图"), help_text=_("图片，最大 15 MB；左上角为 0,0，右下角为 1000,1000"))


class PointsForm(Dressed):
    points = forms.FileField(label=_("坐标表"), help_text=_("Excel 或 CSV，每行：位置编码、x、y（0 到 1000）"))
