"""What is typed about plans, records, and what customers contest. Rules live in the actions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.care.queries.explaining import Line
from zhongshu.web.forms import Named, words_field


class PlanForm(Named):
    text = words_field(_("改善方案"), most=4000, rows=8)


class RecordForm(Named):
    text = words_field(_("复盘：情况和下一步"), most=4000, rows=6)


class AskForm(Named):
    """A customer asks for a person; without an entry about the whole score."""

    entry_id = forms.TypedChoiceField(label=_("对哪一条有意见"), required=False, coerce=int, empty_value=None)
    words = words_field(_("您的意见"), most=1000, rows=4)

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entry_id"].choices = [("", gettext("整个分数")), *_choices(lines)]  # type: ignore[attr-defined]


class AnswerForm(Named):
    """A person's answer; what is ticked is given back."""

    look = {forms.CheckboxSelectMultiple: "choice-list"}

    entries = forms.TypedMultipleChoiceField(
        label=_("退回哪些扣分"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=_("不勾选就是维持原来的扣分。"),
    )  # fmt: skip
    answer = words_field(_("答复和理由（会发给客户）"), most=1000, rows=5)

    def __init__(self, *args: Any, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entries"].choices = list(_choices(lines))  # type: ignore[attr-defined]
        if not self.fields["entries"].choices:  # type: ignore[attr-defined]
            del self.fields["entries"]


def _choices(lines: Iterable[Line]) -> "Iterable[tuple[int, str]]":
    return [(line.entry_id, f"{line.effective_on} {line.points:+d} {line.customer_reason}") for line in lines]
