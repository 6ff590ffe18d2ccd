"""What people type about notices, documents and lawyers. Rules live in the actions."""

from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from zhongshu.collecting.actions.words import TEXT_LENGTH, TITLE_LENGTH
from zhongshu.collecting.kinds import EVIDENCE_LABELS, NOTICE_KIND_LABELS, ROAD_LABELS, Evidence, NoticeKind, Road
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.web.forms import DayInput, Dressed, MinuteInput, Named, words_field

_DAYS: Final = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
_BY_HAND: Final = [pair for pair in choices(ROAD_LABELS) if pair[0] != Road.MESSAGE]


class NewNoticesForm(Dressed):
    """Whom to ask: by months in arrears, or the accounts that are named."""

    kind = forms.TypedChoiceField(label=_("文书"), choices=choices(NOTICE_KIND_LABELS), coerce=NoticeKind)
    least_months = forms.IntegerField(
        label=_("欠费至少几个月"), min_value=0, max_value=600, initial=3,
        help_text=_("填 0 表示不限月数，须写明户号。"),
    )  # fmt: skip
    accounts = words_field(_("只发给这些户（户号或房号，每行一个；不填为全部）"), most=20_000, rows=3, required=False)
    answer_by_days = forms.IntegerField(
        label=_("几天内交清"),
        min_value=1,
        max_value=365,
        required=False,
        initial=15,
        help_text=_("不填则不写截止日期。"),
    )


class WithdrawalForm(Named):
    reason = words_field(_("撤回原因"), most=200)


class DeliveryForm(Named):
    channel = forms.TypedChoiceField(label=_("送达方式"), choices=_BY_HAND, coerce=Road)
    evidence = forms.TypedChoiceField(
        label=_("送达证据"), choices=choices(EVIDENCE_LABELS), coerce=Evidence,
        help_text=_("签收须附照片；回执须有单号或照片。只有签收、回执、已送达才能中断诉讼时效。"),
    )  # fmt: skip
    delivered_at = forms.DateTimeField(label=_("送达时间"), required=False, widget=MinuteInput())
    reference = forms.CharField(label=_("回执单号"), max_length=80, required=False)
    file = forms.FileField(
        label=_("签收照片"), required=False,
        widget=forms.FileInput({"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    note = words_field(_("备注"), most=200, required=False)

    def clean_delivered_at(self) -> Any:
        said = self.cleaned_data["delivered_at"]
        return said.replace(tzinfo=SITE_ZONE) if said and said.tzinfo is None else said


class WordsForm(Dressed):
    title = forms.CharField(label=_("标题"), max_length=TITLE_LENGTH)
    text = words_field(_("正文"), most=TEXT_LENGTH, rows=14)
    starts_on = forms.DateField(label=_("从哪天起使用"), widget=DayInput(), validators=_DAYS)


class LawyerForm(Dressed):
    name = forms.CharField(label=_("律师姓名"), max_length=40)
    licence = forms.CharField(label=_("律师执业证号"), max_length=20)
    firm = forms.CharField(label=_("律师事务所"), max_length=80)
    firm_licence = forms.CharField(label=_("律所执业许可证号"), max_length=40)
    phone = forms.CharField(label=_("电话"), max_length=20, required=False)
    address = forms.CharField(label=_("地址"), max_length=120, required=False)


class BillsForm(Dressed):
    """Bills of one account, or of all that a run charged."""

    account = forms.CharField(label=_("户号或房号"), max_length=40, required=False)
    run = forms.TypedChoiceField(
        label=_("或一次出账的全部住户"), required=False, coerce=int, empty_value=None, choices=[]
    )
    on = forms.DateField(label=_("截至哪天"), widget=DayInput(), validators=_DAYS)

    def __init__(self, *args: Any, runs: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].choices = [("", "—"), *runs]  # type: ignore[attr-defined]


class HoursForm(Dressed):
    begins = forms.TimeField(label=_("开始"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("结束"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    most_a_day = forms.IntegerField(label=_("每户每天最多几次"), min_value=1, max_value=7)
    most_a_week = forms.IntegerField(label=_("每户七天内最多几次"), min_value=1, max_value=7)
