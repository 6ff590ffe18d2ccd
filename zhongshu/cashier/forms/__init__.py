"""What is typed at the counter. Rules live in the actions."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.forms.money import AheadFields
from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.billing.policies.allocation import Designation
from zhongshu.billing.queries import OpenCharge
from zhongshu.cashier.actions import Kept
from zhongshu.cashier.kinds import AT_COUNTER, CASH_GOES_LABELS, DENOMINATIONS, CashGoes
from zhongshu.cashier.models import Handover
from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Dressed, Named, words_field


def yuan(label: Any, **options: Any) -> forms.DecimalField:
    """An amount as people type it."""
    box = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=11, decimal_places=2, widget=box, **options)


class OpeningForm(Dressed):
    """The cash that an earlier shift left in the drawer, counted by who takes it over."""

    follows = forms.TypedChoiceField(label=_("接用哪一班留下的备用金"), required=False, coerce=int, empty_value=None)
    opening_cash = yuan(_("清点的备用金（元）"), min_value=0, initial=0)

    def __init__(self, *args: Any, left: Sequence[Handover] = (), **kwargs: Any) -> None:
        first = {"follows": left[0].shift_id, "opening_cash": left[0].amount} if left else {}
        kwargs["initial"] = first | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        lines = [(each.shift_id, f"{each.shift.number} · {each.shift.cashier.name} · {each.amount}") for each in left]
        self.fields["follows"].choices = [("", gettext("不带备用金")), *lines]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """As the action calls it."""
        said = dict(super().clean() or {})
        return said | {"follows_id": said.pop("follows", None)}


class AnyOf(forms.ChoiceField):
    """Offers some values, takes any: what was owed a moment ago may be paid by now, and sent twice is sent once."""

    def valid_value(self, value: Any) -> bool:
        return True


class Marks(forms.TypedMultipleChoiceField):
    """Keys of charges; whose they are the action asks."""

    def __init__(self) -> None:
        super().__init__(required=False, coerce=_key)

    def valid_value(self, value: Any) -> bool:
        return True


def _key(text: str) -> int:
    if not 0 < (key := int(text)) < 1 << 63:
        raise ValueError(text)
    return key


class MoneyForm(Named):
    """How money comes over the counter. `key` was given with the form: sent twice, it is one payment."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput())
    method = forms.TypedChoiceField(
        label=_("收款方式"),
        choices=[(each.value, PAYMENT_METHOD_LABELS[each]) for each in AT_COUNTER],
        coerce=PaymentMethod,
    )
    tendered = yuan(_("实收现金（元）"), required=False)
    reference = forms.CharField(
        label=_("凭证号"), max_length=80, required=False, help_text=_("刷卡小票号、转账流水号；现金不用填。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex[:16]} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Cash has the form's own key for reference."""
        said = dict(super().clean() or {})
        key = said.pop("key", "")
        if said.get("method") == PaymentMethod.CASH:
            said["reference"] = key
        elif said.get("method") and not said.get("reference"):
            self.add_error("reference", gettext("请填写凭证号，以便对账。"))
        return said


class TakingForm(MoneyForm):
    """A payment, prefilled with what is due. Marked charges, or an item, are the payer's wish."""

    amount = yuan(_("收款金额（元）"))
    item = AnyOf(label=_("指定收费项目"), required=False)
    payer_name = forms.CharField(label=_("付款人"), max_length=80, required=False, help_text=_("不是户主时填写。"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)
    charges = Marks()
    field_order = ("method", "amount", "tendered", "reference", "item", "payer_name", "note")

    def __init__(self, *args: Any, owed: Sequence[OpenCharge] = (), due: Decimal | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"amount": due} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        items = {charge.item: charge.item_name for charge in owed}
        self.fields["item"].choices = [("", gettext("不指定")), *items.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The wish as the action wants it."""
        said = super().clean()
        item, marked = said.pop("item", ""), frozenset(said.pop("charges", ()))
        if item and marked:
            self.add_error("item", gettext("已勾选账单，不能再指定项目。"))
        return said | {"designation": Designation(item=item, charges=marked) if item or marked else None}

    @property
    def chosen(self) -> list[int]:
        """The charges that are marked, as sent."""
        return [int(pk) for pk in self["charges"].data or () if str(pk).isdigit()] if self.is_bound else []


class PrepaymentForm(AheadFields, MoneyForm):
    """Months paid ahead, over the counter."""

    field_order = ("item_code", "place_id", "starts_on", "months", "monthly", "method", "tendered", "reference")


class CancelForm(Named):
    reason = words_field(_("撤销原因"), most=300)


class CountForm(Dressed):
    """Pieces by denomination, and the sums on the slips of the other methods."""

    def __init__(self, *args: Any, methods: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.methods = methods
        for note in DENOMINATIONS:
            box = forms.NumberInput({"class": "form-control", "inputmode": "numeric", "min": 0})
            label = gettext("%(note)s 元") % {"note": note}
            self.fields[f"note_{note}"] = forms.IntegerField(
                label=label, min_value=0, max_value=100_000, required=False, widget=box
            )
        for method in methods:
            named = PAYMENT_METHOD_LABELS[PaymentMethod(method)]
            self.fields[f"slip_{method}"] = yuan(named, required=False)
            self.fields[f"slip_{method}"].widget.attrs["class"] = "form-control"
        self.fields["reason"] = forms.CharField(
            label=gettext("差额说明"),
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
    goes = forms.TypedChoiceField(label=_("现金去向"), choices=choices(CASH_GOES_LABELS), coerce=CashGoes)
    amount = yuan(_("金额（元）"), min_value=0)
    reference = forms.CharField(label=_("存款回单号"), max_length=80, required=False, help_text=_("存入银行时填写。"))
    to_id = forms.TypedChoiceField(label=_("接收的同事"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, colleagues: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(user.pk, user.name or user.username) for user in colleagues]
        self.fields["to_id"].choices = [("", "—"), *named]  # type: ignore[attr-defined]


class BankingForm(Named):
    reference = forms.CharField(label=_("存款回单号"), max_length=80)


class RefusalForm(Named):
    reason = words_field(_("原因"), most=300)


class DecisionForm(Named):
    decision = words_field(_("理由"), most=300, required=False)


class CloseForm(Dressed):
    day = forms.DateField(label=_("日结日期"), widget=DayInput(), validators=[MinValueValidator(date(2000, 1, 1))])
    note = words_field(_("差额说明"), most=300, required=False)


class StandInForm(Dressed):
    user_id = forms.TypedChoiceField(label=_("同事"), coerce=int)
    starts_on = forms.DateField(label=_("从"), widget=DayInput())
    ends_on = forms.DateField(label=_("到（不含）"), widget=DayInput())
    most = yuan(_("每笔限额（元）"), required=False, help_text=_("不填表示不限。"))
    reason = forms.CharField(label=_("原因"), max_length=200)

    def __init__(self, *args: Any, colleagues: Iterable[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(user.pk, user.name or user.username) for user in colleagues]
        self.fields["user_id"].choices = [("", "—"), *named]  # type: ignore[attr-defined]


class PayingBackForm(Named):
    reference = forms.CharField(label=_("转账流水号"), max_length=80, required=False, help_text=_("现金不用填。"))


class ReleaseForm(Dressed):
    """What is given back of a deposit, and up to one deduction."""

    amount = yuan(_("退还押金（元）"))
    method = forms.TypedChoiceField(
        label=_("退款方式"),
        choices=[(each.value, PAYMENT_METHOD_LABELS[each]) for each in (PaymentMethod.CASH, PaymentMethod.TRANSFER)],
        coerce=PaymentMethod,
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
            self.add_error("kept_amount", gettext("扣除要写明项目、金额和原因。"))
        kept = [said.pop(name, None) for name in ("kept_item", "kept_amount", "kept_reason")]
        return said | {"deductions": [Kept(*kept)] if all(told) else []}
