"""What is typed at the counter. Rules live in the actions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.queries import OpenCharge
from zhongshu.cashier.kinds import AT_COUNTER, CASH_GOES_LABELS, DENOMINATIONS, CashGoes
from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Dressed, Named, words_field


def yuan(label: Any, **options: Any) -> forms.DecimalField:
    """An amount as people type it."""
    box = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=11, decimal_places=2, widget=box, **options)


class OpeningForm(Dressed):
    """The cash that the last shift left in the drawer, counted by who takes it over."""

    opening_cash = yuan(_("备用金（元）"), min_value=0, initial=0)


class TakingForm(Dressed):
    """A payment. `key` was given with the form: sent twice, it is one payment."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput())
    method = forms.ChoiceField(
        label=_("收款方式"), choices=[(each.value, PAYMENT_METHOD_LABELS[each]) for each in AT_COUNTER]
    )
    amount = yuan(_("收款金额（元）"))
    tendered = yuan(_("实收现金（元）"), required=False, help_text=_("找零自动算出。"))
    reference = forms.CharField(
        label=_("凭证号"), max_length=80, required=False, help_text=_("刷卡小票号、转账流水号；现金不用填。")
    )
    payer_name = forms.CharField(label=_("付款人"), max_length=80, required=False, help_text=_("不是户主时填写。"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)
    charges = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, *args: Any, owed: Sequence[OpenCharge] = (), **kwargs: Any) -> None:
        due = sum((charge.owed for charge in owed), Decimal(0))
        kwargs["initial"] = {"key": uuid4().hex[:16], "amount": due or None} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["charges"].choices = [(charge.charge_id, "") for charge in owed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Cash has the form's own key for reference."""
        said = dict(super().clean() or {})
        if said.get("method") == PaymentMethod.CASH:
            said["reference"] = said.get("key", "")
        elif said.get("method") and not said.get("reference"):
            self.add_error("reference", _now("请填写凭证号，以便对账。"))
        return said

    @property
    def chosen(self) -> list[int]:
        """The charges that are marked, as sent."""
        return [int(pk) for pk in self.data.getlist("charges") if pk.isdigit()] if self.is_bound else []

    def wish(self) -> Designation | None:
        """The charges that were marked, if not all or none of them."""
        marked = frozenset(self.cleaned_data["charges"])
        return Designation(charges=marked) if marked else None


class CancelForm(Named):
    reason = words_field(_("撤销原因"), most=300)


class CountForm(Dressed):
    """Pieces by denomination, and the sums on the slips of the other methods."""

    def __init__(self, *args: Any, methods: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = methods
        for note in DENOMINATIONS:
            box = forms.NumberInput({"class": "form-control", "inputmode": "numeric", "min": 0})
            label = _now("%(note)s 元") % {"note": note}
            self.fields[f"note_{note}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100_000, required=False, widget=box
            )
        for method in methods:
            label = PAYMENT_METHOD_LABELS[PaymentMethod(method)]
            self.fields[f"slip_{method}"] = yuan(label, required=False)
            self.fields[f"slip_{method}"].widget.attrs["class"] = "form-control"
        self.fields["reason"] = forms.CharField(
            label=_now("差额说明"),
            max_length=300,
            required=False,
            widget=forms.Textarea({"rows": 2, "class": "form-control"}),
        )

    @property
    def notes(self) -> dict[str, int]:
        """Pieces by denomination."""
        return {note: pieces for note in DENOMINATIONS if (pieces := self.cleaned_data.get(f"note_{note}"))}

    @property
    def slips(self) -> dict[str, Decimal]:
        """Yuan by method."""
        return {method: self.cleaned_data.get(f"slip_{method}") or Decimal(0) for method in self.methods}


class HandoverForm(Named):
    goes = forms.ChoiceField(label=_("现金去向"), choices=choices(CASH_GOES_LABELS), initial=CashGoes.BANK)
    amount = yuan(_("金额（元）"), min_value=0)
    reference = forms.CharField(label=_("存款回单号"), max_length=80, required=False, help_text=_("存入银行时填写。"))
    to = forms.ModelChoiceField(User.objects.none(), label=_("接收的同事"), required=False)

    def __init__(self, *args: Any, colleagues: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues is not None:
            self.fields["to"].queryset = colleagues  # type: ignore[attr-defined]


class RefusalForm(Named):
    reason = words_field(_("原因"), most=300)


class DecisionForm(Named):
    decision = words_field(_("理由"), most=300, required=False)


class CloseForm(Dressed):
    day = forms.DateField(label=_("日结日期"), widget=DayInput())


class StandInForm(Dressed):
    user = forms.ModelChoiceField(User.objects.none(), label=_("同事"))
    starts_on = forms.DateField(label=_("从"), widget=DayInput())
    ends_on = forms.DateField(label=_("到（不含）"), widget=DayInput())
    most = yuan(_("每笔限额（元）"), required=False, help_text=_("不填表示不限。"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, colleagues: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if colleagues is not None:
            self.fields["user"].queryset = colleagues  # type: ignore[attr-defined]


class ReleaseForm(Dressed):
    """What is given back of a deposit, and up to one deduction."""

    amount = yuan(_("退还押金（元）"))
    method = forms.ChoiceField(
        label=_("退款方式"),
        choices=[(each.value, PAYMENT_METHOD_LABELS[each]) for each in (PaymentMethod.CASH, PaymentMethod.TRANSFER)],
    )
    reason = forms.CharField(label=_("原因"), max_length=300)
    kept_item = forms.ChoiceField(label=_("扣除计入的收费项目"), required=False)
    kept_amount = yuan(_("其中扣除（元）"), required=False)
    kept_reason = forms.CharField(label=_("扣除原因"), max_length=300, required=False)

    def __init__(self, *args: Any, items: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kept_item"].choices = [("", "—"), *items]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A deduction has an item, an amount and a reason, or is none."""
        said = dict(super().clean() or {})
        told = [bool(said.get(name)) for name in ("kept_item", "kept_amount", "kept_reason")]
        if any(told) and not all(told):
            self.add_error("kept_amount", _now("扣除要写明项目、金额和原因。"))
        return said
