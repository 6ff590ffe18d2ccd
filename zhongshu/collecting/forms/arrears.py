"""What is typed about arrears: contacts, reasons, payment plans. Rules live in the actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.queries.statements import Line
from zhongshu.collecting.kinds import MANNER_LABELS, OUTCOME_LABELS, REASON_LABELS, ContactManner, Reason
from zhongshu.collecting.policies.plans import MOST
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Named, words_field

_BOUNDS: Final = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), validators=_BOUNDS, **options)


class ContactForm(Named):
    manner = forms.ChoiceField(
        label=_("方式"), choices=[pair for pair in choices(MANNER_LABELS) if pair[0] != ContactManner.MESSAGE]
    )
    outcome = forms.ChoiceField(label=_("结果"), choices=choices(OUTCOME_LABELS))
    promised_on = _day(_("承诺交费日期"), required=False)
    promised_amount = forms.DecimalField(
        label=_("承诺金额（元）"), required=False, max_digits=11, decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    note = words_field(_("备注"), most=300, required=False)


class ReasonForm(Named):
    """An empty kind: none is known any longer."""

    kind = forms.TypedChoiceField(
        label=_("欠费原因"), required=False, coerce=Reason, empty_value=None,
        choices=[("", _("未知")), *choices(REASON_LABELS)],
    )  # fmt: skip
    note = words_field(_("备注"), most=300, required=False)


class PlanForm(Named):
    look = {forms.CheckboxSelectMultiple: "choice-list"}

    charges = forms.TypedMultipleChoiceField(
        label=_("分期的账单"), coerce=int, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    agreed_on = _day(_("约定日期"))
    agreed_with = forms.CharField(label=_("签订人"), max_length=80)
    count = forms.IntegerField(label=_("期数"), min_value=1, max_value=MOST, initial=3)
    first_on = _day(_("第一期日期"), help_text=_("以后每月同一天一期，各期金额相同，零头放在前几期。"))
    note = words_field(_("备注"), most=300, required=False)
    file = forms.FileField(
        label=_("签字的协议（照片或 PDF）"), required=False, widget=forms.FileInput({"accept": "image/*,.pdf"})
    )

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["charges"].choices = [(line.charge_id, _named(line)) for line in lines]  # type: ignore[attr-defined]


class PlanEndingForm(Named):
    reason = words_field(_("原因"), most=200)


def _named(line: Line) -> str:
    words = {"item": line.item_name, "since": line.period_start, "open": line.open_amount, "late": line.late_fee}
    return gettext("%(item)s %(since)s 起：%(open)s 元，违约金 %(late)s 元") % words
