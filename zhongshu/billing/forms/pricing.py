"""What is typed about items, prices, terms, the site's policy, runs and single charges. Rules live in the actions."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.kinds import (
    BILLING_MODE_LABELS,
    CYCLE_LABELS,
    METHOD_LABELS,
    PAYER_LABELS,
    SETTLE_ORDER_LABELS,
    TIMING_LABELS,
    Method,
)
from zhongshu.billing.models import ChargeItem
from zhongshu.estate.kinds import PLACE_KIND_LABELS, USAGE_LABELS, PlaceKind
from zhongshu.kernel.choices import choices
from zhongshu.ledger.kinds import FUND_LABELS
from zhongshu.web.forms import DayInput, Named

_PERCENT = Decimal(100)
_TIER = re.compile(r"\s*(?:(\d{1,8}(?:\.\d{1,4})?)\s*[:：])?\s*(\d{1,6}(?:\.\d{1,6})?)\s*")
_CHARGED_KINDS = (PlaceKind.UNIT, PlaceKind.PARKING)


def _number(label: Any, *, places: int = 6, required: bool = True, **options: Any) -> forms.DecimalField:
    box = forms.TextInput({"class": "form-control", "inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=places, required=required, widget=box, **options
    )


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **options)


class _Ticked(Named):
    look = {forms.CheckboxSelectMultiple: "choice-list"}


class ItemForm(_Ticked):
    code = forms.CharField(label=_("编码"), max_length=20, help_text=_("大写字母和数字，如 WYF。"))
    name = forms.CharField(label=_("名称"), max_length=40)
    method = forms.ChoiceField(
        label=_("计费方式"), choices=[pair for pair in choices(METHOD_LABELS) if pair[0] != Method.LATE_FEE]
    )
    fund = forms.ChoiceField(label=_("归哪笔资金"), choices=choices(FUND_LABELS))
    cycle = forms.ChoiceField(label=_("收费周期"), choices=choices(CYCLE_LABELS))
    timing = forms.ChoiceField(label=_("收取时间"), choices=choices(TIMING_LABELS))
    due_months = forms.IntegerField(label=_("推后几个月缴费"), min_value=0, max_value=12, initial=0)
    due_day = forms.IntegerField(label=_("缴费日"), initial=31, help_text=_("1 到 31；31 表示当月最后一天。"))
    payer = forms.ChoiceField(label=_("向谁收"), choices=choices(PAYER_LABELS))
    place_kinds = forms.MultipleChoiceField(
        label=_("收哪些位置"), choices=[(kind.value, PLACE_KIND_LABELS[kind]) for kind in _CHARGED_KINDS],
        widget=forms.CheckboxSelectMultiple, initial=["unit"],
    )  # fmt: skip
    usages = forms.MultipleChoiceField(
        label=_("房屋用途"), choices=choices(USAGE_LABELS), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("都不选表示不限。"),
    )  # fmt: skip
    is_everywhere = forms.BooleanField(label=_("这些位置全部要收"), required=False, initial=True)
    is_prorated = forms.BooleanField(label=_("不足一月按天计"), required=False, initial=True)
    is_recurring = forms.BooleanField(label=_("计入欠费月数"), required=False, initial=True)
    security = forms.IntegerField(
        label=_("担保程度"), min_value=0, max_value=9, initial=0, help_text=_("还款时担保少的先抵；0 表示没有担保。")
    )
    is_active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class PriceForm(Named):
    starts_on = _day(_("从哪天起"), help_text=_("按每月第一天的价格计费。"))
    unit_price = _number(_("单价（元）"), required=False, min_value=Decimal(0))
    formula = forms.CharField(
        label=_("公式"), max_length=400, required=False, help_text=_("如 房屋面积*单价+附加费")
    )  # fmt: skip
    tiers = forms.CharField(
        label=_("阶梯"), required=False, widget=forms.Textarea({"rows": 3}),
        help_text=_("一行一档，上限:单价，最后一档只写单价，如 180:0.56"),
    )  # fmt: skip
    tier_cycle = forms.ChoiceField(label=_("阶梯周期"), choices=choices(CYCLE_LABELS), initial="year")
    vat_percent = _number(_("税率（%）"), places=4, initial=0, min_value=Decimal(0), max_value=_PERCENT)
    late_fee_permille = _number(_("违约金每天（‰）"), places=3, initial=0, min_value=Decimal(0), max_value=Decimal(10))
    vacant_percent = _number(_("空置按（%）收"), places=2, initial=100, min_value=Decimal(0), max_value=_PERCENT)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, method: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unused = {"formula"} if method != Method.FORMULA else set()
        unused |= {"tiers", "tier_cycle"} if method != Method.METERED else set()
        for name in unused:
            del self.fields[name]

    def clean_tiers(self) -> list[dict[str, str | None]]:
        """As the tariff keeps them."""
        lines = [line for line in self.cleaned_data["tiers"].splitlines() if line.strip()]
        return [_tier(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        """Rates as shares of one, under the names of the tariff's columns."""
        said = super().clean() or {}
        rates = {"vat_percent": ("vat_rate", 100), "late_fee_permille": ("late_fee_rate", 1000),
                 "vacant_percent": ("vacant_factor", 100)}  # fmt: skip
        told = {name: value for name, value in said.items() if name not in rates}
        told |= {column: said[name] / parts for name, (column, parts) in rates.items() if name in said}
        if "unit_price" in told and told["unit_price"] is None:
            told["unit_price"] = Decimal(0)
        return told


def _tier(line: str) -> dict[str, str | None]:
    read = _TIER.fullmatch(line)
    if read is None:
        raise forms.ValidationError(_("看不懂“%(line)s”：请写成 180:0.56。") % {"line": line[:40]})
    return {"up_to": read[1], "price": read[2]}


class TermForm(Named):
    place = forms.CharField(label=_("位置编码"), max_length=60, help_text=_("如 P1-3-2-1502"))
    starts_on = _day(_("从哪天起"))
    ends_on = _day(_("到哪天（不含）"), required=False)
    is_exempt = forms.BooleanField(label=_("免收"), required=False)
    unit_price = _number(_("单价（元）"), required=False)
    coefficient = _number(_("系数"), initial=1)
    quantity = _number(_("计费数量"), required=False, help_text=_("代替面积，或固定金额的份数。"))
    surcharge = _number(_("每月附加（元）"), places=2, initial=0)
    payer = forms.ChoiceField(
        label=_("向谁收"), required=False, choices=[("", _("按项目规定")), *choices(PAYER_LABELS)]
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class TermEndForm(Named):
    ends_on = _day(_("结束日期"))


class PolicyForm(Named):
    starts_on = _day(_("从哪天起"))
    mode = forms.ChoiceField(label=_("收费模式"), choices=choices(BILLING_MODE_LABELS))
    settle_order = forms.ChoiceField(label=_("同一笔账单内"), choices=choices(SETTLE_ORDER_LABELS))
    contract_order = forms.CharField(
        label=_("合同约定的抵充顺序"), required=False, max_length=200,
        help_text=_("项目编码，先抵的在前，用逗号隔开；不填按民法典第 560 条。"),
    )  # fmt: skip
    freezes_disputed = forms.BooleanField(label=_("有争议时违约金停计"), required=False)
    prepay_most_months = forms.IntegerField(label=_("最多预缴几个月"), min_value=0, max_value=60)
    prepay_discount = _number(_("预缴折扣"), help_text=_("0.95 即九五折；1 不打折。"))
    lpr_percent = _number(_("一年期 LPR（%）"), places=3, min_value=Decimal(0), max_value=_PERCENT)

    def clean_contract_order(self) -> list[str]:
        """Codes of items."""
        return [code for code in re.split(r"[,，、\s]+", self.cleaned_data["contract_order"]) if code]

    def clean(self) -> dict[str, Any]:
        """The rate as a share of one."""
        said = super().clean() or {}
        percent = said.pop("lpr_percent", None)
        return said if percent is None else said | {"lpr": percent / _PERCENT}


class RunForm(Named):
    period = forms.CharField(label=_("账期"), max_length=7, widget=forms.TextInput({"type": "month"}))
    item = forms.ModelChoiceField(
        ChargeItem.objects.none(), label=_("收费项目"), required=False, empty_label=_("这个月到期的全部项目")
    )

    def __init__(self, *args: Any, site_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ChargeItem.objects.filter(site_id=site_id, is_active=True).order_by("code")
        self.fields["item"].queryset = rows  # type: ignore[attr-defined]

    def clean_period(self) -> date:
        """The month's first day."""
        return month_of(self.cleaned_data["period"])


def month_of(text: str) -> date:
    """The first day of `2026-01`. Raises ValidationError."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise forms.ValidationError(_("账期请写成 2026-01 这样。")) from None


class OneOffForm(Named):
    account = forms.CharField(label=_("户号"), max_length=40, help_text=_("如 P1-3-2-1502.1"))
    item_code = forms.ChoiceField(label=_("收费项目"))
    amount = _number(_("金额（元）"), places=2)
    due_on = _day(_("缴费日期"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)
    token = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, site_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = ChargeItem.objects.filter(
            site_id=site_id, is_active=True, method__in=[Method.ONE_OFF, Method.DEPOSIT]
        ).order_by("code")
        self.fields["item_code"].choices = [(item.code, f"{item.name} {item.code}") for item in rows]  # type: ignore[attr-defined]
