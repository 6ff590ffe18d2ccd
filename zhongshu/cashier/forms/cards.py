"""What is typed about cards. Rules live in the actions."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.kinds import PAYMENT_METHOD_LABELS, PaymentMethod
from zhongshu.cashier.actions.card_money import TOPPED_UP_BY
from zhongshu.cashier.actions.card_refunds import PAID_BACK_BY
from zhongshu.estate.models import Customer
from zhongshu.web.forms import Dressed, Named, words_field


def _yuan(label: Any) -> forms.DecimalField:
    box = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, widget=box)


def _methods(methods: Iterable[PaymentMethod]) -> list[tuple[str, Any]]:
    return [(method.value, PAYMENT_METHOD_LABELS[method]) for method in methods]


class IssueCardForm(Dressed):
    """The holder is one of the household."""

    number = forms.CharField(label=_("卡号"), max_length=40)
    holder_id = forms.TypedChoiceField(label=_("持卡人"), coerce=int)

    def __init__(self, *args: Any, household: Iterable[Customer] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder_id"].choices = [(one.pk, one.name) for one in household]  # type: ignore[attr-defined]


class _Keyed(Named):
    """`reference` was given with the form: sent twice, the money moves once."""

    reference = forms.CharField(max_length=80, widget=forms.HiddenInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"reference": uuid4().hex[:16]} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)


class TopUpForm(Named):
    amount = _yuan(_("充值金额（元）"))
    method = forms.ChoiceField(label=_("收款方式"), choices=_methods(TOPPED_UP_BY))
    key = forms.CharField(max_length=40, widget=forms.HiddenInput())
    reference = forms.CharField(
        label=_("凭证号"), max_length=80, required=False, help_text=_("刷卡小票号、转账流水号；现金不用填。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4().hex[:16]} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Cash has the form's own key for reference; of the others the action asks for one."""
        said = dict(super().clean() or {})
        key = said.pop("key", "")
        if said.get("method") == PaymentMethod.CASH:
            said["reference"] = key
        return said


class PayByCardForm(_Keyed):
    amount = _yuan(_("缴费金额（元）"))


class SpendForm(_Keyed):
    """Items are those charged once."""

    item_code = forms.ChoiceField(label=_("消费项目"))
    amount = _yuan(_("消费金额（元）"))
    note = forms.CharField(label=_("备注"), max_length=300, required=False)

    def __init__(self, *args: Any, items: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item_code"].choices = list(items)  # type: ignore[attr-defined]


class CardReasonForm(Named):
    """Why it is blocked, found or given up."""

    reason = words_field(_("原因"), most=300)


class ReplaceForm(Named):
    number = forms.CharField(label=_("新卡号"), max_length=40)
    reason = words_field(_("原因"), most=300)


class CardRefundForm(Named):
    amount = _yuan(_("退款金额（元）"))
    method = forms.ChoiceField(label=_("退款方式"), choices=_methods(PAID_BACK_BY))
    reason = words_field(_("原因"), most=300)


class CardRefusalForm(Named):
    decision = words_field(_("理由"), most=300)


class CardPayoutForm(Named):
    reference = forms.CharField(
        label=_("凭证号"), max_length=80, required=False, help_text=_("转账退款填写付款流水号。")
    )
