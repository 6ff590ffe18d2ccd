"""What people type about cases. Rules live in the actions; their refusals come back as errors of the form."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.kinds import CATEGORY_LABELS
from zhongshu.cases.lifecycle import ANSWER_LABELS, CASE_STATE_LABELS, CHANNEL_LABELS, Answer, Channel
from zhongshu.cases.models import Case
from zhongshu.cases.queries import possible_owners
from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE, now
from zhongshu.kernel.errors import Refusal
from zhongshu.people.kinds import TEAM_KIND_LABELS
from zhongshu.web.forms import DayInput, Dressed, Named, show_refusal, words_field
from zhongshu.work.kinds import URGENCY_LABELS

CATEGORIES = choices(CATEGORY_LABELS)
URGENCIES = [(code, format_lazy("{} {}", code, label)) for code, label in choices(URGENCY_LABELS)]
TEAMS = choices(TEAM_KIND_LABELS)


class PageForm(Named):
    look = {forms.RadioSelect: ""}

    def refuse(self, refusal: Refusal) -> None:
        """Shows the refusal at its field, or above the form."""
        show_refusal(self, refusal)


class CaseForm(PageForm):
    """A form on a case's page."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


class PlaceForm(CaseForm):
    place_code = forms.CharField(label=_("位置编码"), max_length=60, help_text=_("如 P2-3-2-1502"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)


class ClassificationForm(CaseForm):
    category = forms.ChoiceField(label=_("类别"), choices=CATEGORIES)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=URGENCIES)
    team_kind = forms.ChoiceField(label=_("班组"), choices=TEAMS)
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        stands = {"category": case.category, "urgency": case.urgency, "team_kind": case.team_kind}
        super().__init__(*args, case=case, initial=stands, **kwargs)


class NoteForm(CaseForm):
    text = words_field(_("备注"), most=500)


class HandoverForm(CaseForm):
    to_user_id = forms.ModelChoiceField(User.objects.none(), label=_("移交给"))
    reason = forms.CharField(label=_("移交原因"), max_length=200)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["to_user_id"].queryset = possible_owners(case, at=now())  # type: ignore[attr-defined]

    def clean_to_user_id(self) -> int:
        return int(self.cleaned_data["to_user_id"].pk)


class OrderForm(CaseForm):
    team_kind = forms.ChoiceField(label=_("班组"), choices=TEAMS)
    urgency = forms.ChoiceField(label=_("紧急程度"), choices=URGENCIES)
    what = words_field(_("工作内容"), most=1000)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        stands = {"team_kind": case.team_kind, "urgency": case.urgency}
        super().__init__(*args, case=case, initial=stands, **kwargs)


class SignOffForm(CaseForm):
    words = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReopeningForm(CaseForm):
    reason = words_field(_("重开原因"), most=200)


class ClosureForm(CaseForm):
    words = words_field(_("签字意见"), most=200)


class WithdrawalForm(CaseForm):
    reason = words_field(_("撤销原因"), most=200)


class FurtherCallForm(CaseForm):
    channel = forms.ChoiceField(label=_("渠道"), choices=choices(CHANNEL_LABELS))
    text = forms.CharField(label=_("客户的话"), max_length=500, required=False)

    def clean_channel(self) -> Channel:
        return Channel(self.cleaned_data["channel"])


class MatterForm(CaseForm):
    text = words_field(_("另一件事"), most=2000)


class AttemptForm(PageForm):
    """One call back."""

    answer = forms.ChoiceField(label=_("客户答复"), choices=choices(ANSWER_LABELS), widget=forms.RadioSelect)
    score = forms.TypedChoiceField(
        label=_("评分"),
        choices=[("", "—"), *((n, str(n)) for n in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    words = words_field(_("客户原话"), most=500, required=False)

    def clean_answer(self) -> Answer:
        return Answer(self.cleaned_data["answer"])


#: Days of our calendar; its ends cannot be reckoned with.
OURS = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]


class FilterForm(Dressed):
    """What a list of cases is narrowed to, as it stands in the address. What makes no sense narrows nothing."""

    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部状态")), *choices(CASE_STATE_LABELS)]
    )
    urgency = forms.ChoiceField(label=_("紧急程度"), required=False, choices=[("", _("全部紧急程度")), *URGENCIES])
    category = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部类别")), *CATEGORIES])
    team_kind = forms.ChoiceField(label=_("班组"), required=False, choices=[("", _("全部班组")), *TEAMS])
    channel = forms.ChoiceField(
        label=_("渠道"), required=False, choices=[("", _("全部渠道")), *choices(CHANNEL_LABELS)]
    )
    owner = forms.CharField(label=_("负责人"), required=False, max_length=40)
    place = forms.CharField(label=_("位置"), required=False, max_length=60)
    since = forms.DateField(label=_("从"), required=False, widget=DayInput(), validators=OURS)
    until = forms.DateField(label=_("到"), required=False, widget=DayInput(), validators=OURS)
    needs_person = forms.BooleanField(label=_("待核实"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "filter-%s")
        super().__init__(*args, **kwargs)
        for name in ("owner", "place"):
            self.fields[name].widget.attrs["placeholder"] = self.fields[name].label

    def condition(self) -> Q:
        """The rows wanted. Days are those of the site, both inclusive."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        wanted = Q(**{name: given[name] for name in EQUAL if name in given})
        if "owner" in given:
            wanted &= Q(owner__name__icontains=given["owner"])
        if "place" in given:
            text = given["place"]
            wanted &= Q(place__label__icontains=text) | Q(place__code__istartswith=text) | Q(place_text__icontains=text)
        if "since" in given:
            wanted &= Q(opened_at__gte=_midnight(given["since"]))
        if "until" in given:
            wanted &= Q(opened_at__lt=_midnight(given["until"] + timedelta(days=1)))
        return wanted


EQUAL = ("state", "urgency", "category", "team_kind", "channel", "needs_person")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SITE_ZONE)
