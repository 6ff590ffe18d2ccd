"""What is typed about articles and about who has to read them."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import ROLE_LABELS, STAFF
from zhongshu.kernel.choices import choices
from zhongshu.knowledge.kinds import AUDIENCE_LABELS, KIND_LABELS
from zhongshu.knowledge.policies.content import (
    BODY_LENGTH,
    LINES_LENGTH,
    SOURCE_LENGTH,
    TITLE_EN_LENGTH,
    TITLE_LENGTH,
    Content,
)
from zhongshu.knowledge.policies.dates import MOST_MONTHS
from zhongshu.people.models import Team
from zhongshu.web.forms import DayInput, Dressed
from zhongshu.work.kinds import CATEGORY_LABELS, ORDER_KIND_LABELS, URGENCY_LABELS

SEPARATORS = re.compile(r"[,，、;；\s]+")  # matter: between tags
ONE_A_LINE = _("每行一条。")


class _Form(Dressed):
    look = {forms.CheckboxSelectMultiple: "choice-list"}


def _lines(label: Any, *, rows: int = 5, help_text: Any = ONE_A_LINE, most: int = LINES_LENGTH) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=most, label=label, required=False, widget=widget, help_text=help_text)


def _several(label: Any, labels: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        choices=choices(labels), label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


class ContentForm(_Form):
    """The words of a version."""

    title = forms.CharField(max_length=TITLE_LENGTH, label=_("标题"))
    title_en = forms.CharField(max_length=TITLE_EN_LENGTH, label=_("英文标题"), required=False)
    audience = forms.ChoiceField(choices=choices(AUDIENCE_LABELS), label=_("给谁看"))
    categories = _several(_("类别"), CATEGORY_LABELS, _("不选即适用于所有类别。"))
    urgencies = _several(_("紧急程度"), URGENCY_LABELS)
    order_kinds = _several(_("工单类型"), ORDER_KIND_LABELS)
    tags = forms.CharField(
        max_length=200, label=_("标签"), required=False, help_text=_("住户会用的说法也写进来，用逗号隔开，便于搜索。")
    )
    first_minute = _lines(_("第一分钟"), help_text=_("险情才填：接电话时马上要问、要说、要做的，每行一条。"))
    steps = _lines(_("步骤"), rows=8)
    says = _lines(_("怎么说"), rows=6)
    body = _lines(
        _("正文"),
        rows=12,
        most=BODY_LENGTH,
        help_text=_("可用：## 小标题、- 列表、1. 编号、**重点**、[文字](https://网址)。"),
    )
    source = forms.CharField(
        max_length=SOURCE_LENGTH, label=_("出处"), required=False, help_text=_("法规解读必填，写明法名和条款。")
    )

    def clean_tags(self) -> tuple[str, ...]:
        return tuple(tag for tag in SEPARATORS.split(self.cleaned_data["tags"]) if tag)

    @classmethod
    def of(cls, content: Content) -> "ContentForm":
        """The form with what stands there."""
        return cls(initial=initial_of(content))


def initial_of(content: Content) -> dict[str, Any]:
    """The words as the form's fields hold them."""
    held = {name: getattr(content, name) for name in ContentForm.base_fields}
    return held | {"tags": "，".join(content.tags)}  # matter: between tags


class NewForm(ContentForm):
    """A new article; the company's only for who may write at every site."""

    kind = forms.ChoiceField(choices=choices(KIND_LABELS), label=_("种类"))
    scope = forms.ChoiceField(label=_("适用范围"))
    field_order = ("scope", "kind", "title")

    def __init__(self, *args: Any, scopes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]


class NoteForm(_Form):
    note = forms.CharField(max_length=500, label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(_Form):
    note = forms.CharField(max_length=500, label=_("原因"), widget=forms.Textarea(attrs={"rows": 2}))


class PublishForm(_Form):
    starts_on = forms.DateField(label=_("生效日期"), widget=DayInput(), required=False, help_text=_("不填即今天。"))
    review_months = forms.IntegerField(min_value=1, max_value=MOST_MONTHS, label=_("几个月后复核"), initial=12)


class OwnerForm(_Form):
    owner = forms.ModelChoiceField(User.objects.none(), label=_("负责人"))


class ReadRequestForm(_Form):
    """Who has to read it, until when."""

    scope = forms.ChoiceField(label=_("适用范围"))
    roles = _several(_("岗位"), {role: label for role, label in ROLE_LABELS.items() if role in STAFF})
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(), label=_("班组"), required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("最晚哪天读完"), widget=DayInput())
    note = forms.CharField(max_length=200, label=_("说明"), required=False)

    def __init__(self, *args: Any, scopes: list[tuple[str, Any]], site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["teams"].queryset = Team.objects.filter(site=site)  # type: ignore[attr-defined]


class HelpfulForm(_Form):
    note = forms.CharField(max_length=200, label=_("差在哪里（可不填）"), required=False)
