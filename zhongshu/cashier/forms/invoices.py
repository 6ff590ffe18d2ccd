"""What is typed about invoices. Rules live in the actions."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from zhongshu.cashier.gateways import GATEWAYS
from zhongshu.cashier.kinds import INVOICE_KIND_LABELS
from zhongshu.cashier.queries.invoices import Invoiceable
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import Dressed, Named, words_field


class InvoiceForm(Dressed):
    """`charges`: what is to be invoiced, all that is left of each; none marked: all."""

    kind = forms.ChoiceField(label=_("发票种类"), choices=choices(INVOICE_KIND_LABELS))
    buyer_title = forms.CharField(label=_("发票抬头"), max_length=100, help_text=_("个人填姓名，单位填全称。"))
    buyer_tax_number = forms.CharField(
        label=_("纳税人识别号"), max_length=20, required=False, help_text=_("个人可以不填，专用发票必填。")
    )
    note = forms.CharField(label=_("备注"), max_length=200, required=False, help_text=_("印在发票上。"))
    charges = forms.TypedMultipleChoiceField(required=False, coerce=int)

    def __init__(self, *args: Any, parts: Iterable[Invoiceable] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["charges"].choices = [(part.charge.pk, "") for part in parts]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[int]:
        """The charges that are marked, as sent."""
        sent = cast(QueryDict, self.data).getlist("charges") if self.is_bound else []
        return [int(pk) for pk in sent if pk.isdecimal()]

    def clean_charges(self) -> frozenset[int]:
        return frozenset(self.cleaned_data["charges"])


class RedForm(Named):
    reason = words_field(_("红冲原因"), most=300)


class SellerForm(Dressed):
    title = forms.CharField(label=_("销售方名称"), max_length=100)
    tax_number = forms.CharField(label=_("纳税人识别号"), max_length=20)
    drawn_by = forms.CharField(label=_("开票人"), max_length=40)
    gateway = forms.ChoiceField(label=_("开票渠道"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gateway"].choices = [(name, each.label) for name, each in GATEWAYS.items()]  # type: ignore[attr-defined]
