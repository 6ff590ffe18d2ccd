"""What is typed about meters, common costs and contracts. Rules live in the actions."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.actions.contracting import Partner, Terms
from zhongshu.billing.actions.metering import Dial, Shown
from zhongshu.billing.actions.sharing import Cost
from zhongshu.billing.kinds import CONTRACT_KIND_LABELS, CYCLE_LABELS, SHARING_BASIS_LABELS, Method
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.policies.rent import steps
from zhongshu.estate.queries import find_place
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Named

_FACTOR = re.compile(r"\s*(-?\d{1,3})\s*[:：]\s*(\d{1,4}(?:\.\d{1,4})?)\s*")
_PERCENT = Decimal(100)


def _number(label: Any, *, places: int = 6, required: bool = True, **options: Any) -> forms.DecimalField:
    box = forms.TextInput({"class": "form-control", "inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, max_digits=14, decimal_places=places, required=required, widget=box, **options
    )


def _items(site_id: int, method: Method) -> list[tuple[str, str]]:
    rows = ChargeItem.objects.filter(site_id=site_id, method=method, is_active=True)
    return [(item.code, f"{item.name}（{item.code}）") for item in rows.order_by("code")]  # matter


class _OfItems(Named):
    """Offers the site's items that are charged by `method`."""

    method: Method
    item_code = forms.ChoiceField(label=_("收费项目"))

    def __init__(self, *args: Any, site_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site_id = site_id
        field: Any = self.fields["item_code"]
        field.choices = _items(site_id, self.method)

    def clean_place_code(self) -> str:
        """The code as the place has it."""
        code: str = self.cleaned_data["place_code"]
        place = find_place(self.site_id, code) if code else None
        if code and place is None:
            raise forms.ValidationError(_("没有编码为 %(code)s 的位置。") % {"code": code})
        return place.code if place else ""


class MeterForm(_OfItems):
    method = Method.METERED
    place_code = forms.CharField(label=_("位置编码"), max_length=60, help_text=_("装在哪里，如 P1-3-2-1502"))
    number = forms.CharField(label=_("表号"), max_length=40)
    digits = forms.IntegerField(label=_("表盘整数位数"), initial=5, help_text=_("走满后归零，如 5 位到 99999"))
    multiplier = _number(_("倍率"), initial=1)
    starts_on = forms.DateField(label=_("启用日期"), widget=DayInput())
    start_value = _number(_("起始读数"), places=3, initial=0)

    def clean(self) -> dict[str, Any]:
        """With the `dial`."""
        said = super().clean() or {}
        return {name: said.get(name) for name in ("place_code", "item_code", "starts_on")} | {"dial": _dial(said)}


def _dial(said: dict[str, Any]) -> Dial | None:
    names = ("number", "digits", "multiplier", "start_value")
    return Dial(*(said[name] for name in names)) if all(name in said for name in names) else None


class ReadingForm(Named):
    read_on = forms.DateField(label=_("抄表日期"), widget=DayInput())
    value = _number(_("读数"), places=3)
    photo = forms.FileField(label=_("照片"), required=False, widget=forms.FileInput({"accept": "image/*"}))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)
    is_sure = forms.BooleanField(label=_("确认无误"), required=False)

    def shown(self, source: str) -> Shown:
        """Of a form that is valid."""
        return Shown(**self.cleaned_data, source=source)


class RemovalForm(Named):
    read_on = forms.DateField(label=_("拆表日期"), widget=DayInput())
    value = _number(_("拆表读数"), places=3)
    is_sure = forms.BooleanField(label=_("确认无误"), required=False)

    @property
    def shown(self) -> Shown:
        """Of a form that is valid."""
        return Shown(**{name: self.cleaned_data[name] for name in ("read_on", "value", "is_sure")})


class ReplacementForm(RemovalForm):
    number = forms.CharField(label=_("新表号"), max_length=40)
    digits = forms.IntegerField(label=_("新表整数位数"), initial=5)
    multiplier = _number(_("新表倍率"), initial=1)
    start_value = _number(_("新表起始读数"), places=3, initial=0)

    @property
    def dial(self) -> Dial:
        """Of a form that is valid."""
        return Dial(*(self.cleaned_data[name] for name in ("number", "digits", "multiplier", "start_value")))


class ReasonForm(Named):
    reason = forms.CharField(label=_("原因"), max_length=200)


class CostForm(_OfItems):
    method = Method.SHARED
    month = forms.DateField(
        label=_("账期"), input_formats=["%Y-%m"], widget=forms.DateInput({"type": "month"}, format="%Y-%m")
    )
    place_code = forms.CharField(
        label=_("分摊范围"), max_length=60, help_text=_("单元、楼栋或整个小区的位置编码，由下面的房屋分摊")
    )
    basis = forms.ChoiceField(label=_("分摊方式"), choices=choices(SHARING_BASIS_LABELS))
    factors = forms.CharField(
        label=_("楼层系数"), max_length=400, required=False, help_text=_("按楼层系数时填写，如 1:0, 2:0.8, 11:1.2")
    )
    amount = _number(_("金额（元）"), places=2, required=False, help_text=_("或填写用量和单价"))
    quantity = _number(_("用量"), required=False)
    unit_price = _number(_("单价（元）"), required=False)
    note = forms.CharField(label=_("备注"), max_length=200, required=False, help_text=_("业主在账单上看得到"))

    def clean_factors(self) -> tuple[tuple[int, Decimal], ...]:
        """`1:0, 2:0.8` as pairs."""
        parts = [part for part in re.split(r"[,，;；、\n]", self.cleaned_data["factors"]) if part.strip()]
        found = [_FACTOR.fullmatch(part) for part in parts]
        if not all(found):
            raise forms.ValidationError(_("请按楼层从低到高写明系数，如 1:0, 2:0.8, 11:1.2。"))
        return tuple((int(match[1]), Decimal(match[2])) for match in found if match)

    def clean(self) -> dict[str, Any]:
        """With the `cost`."""
        said = super().clean() or {}
        names = ("amount", "quantity", "unit_price", "basis", "factors", "note")
        facts: dict[str, Any] = {name: said.get(name) for name in names}
        cost = Cost(**facts) if "factors" in said else None
        return {name: said.get(name) for name in ("item_code", "month", "place_code")} | {"cost": cost}


class ContractForm(_OfItems):
    method = Method.RENT
    number = forms.CharField(label=_("合同编号"), max_length=40)
    kind = forms.ChoiceField(label=_("合同种类"), choices=choices(CONTRACT_KIND_LABELS))
    title = forms.CharField(label=_("合同名称"), max_length=120, help_text=_("如 一期大堂电梯广告位"))
    partner_name = forms.CharField(label=_("对方单位"), max_length=80)
    partner_phone = forms.CharField(label=_("对方电话"), max_length=40, required=False)
    place_code = forms.CharField(label=_("位置编码"), max_length=60, required=False)
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput())
    ends_on = forms.DateField(label=_("结束日期"), widget=DayInput(), help_text=_("这一天起不再收取"))
    cycle = forms.ChoiceField(label=_("收款周期"), choices=choices(CYCLE_LABELS))
    monthly_amount = _number(_("月租金（元）"), places=2)
    yearly_rise = _number(_("每年递增（%）"), places=2, required=False)
    warn_days = forms.IntegerField(label=_("提前几天提醒续签"), initial=60)
    note = forms.CharField(label=_("备注"), max_length=500, required=False)

    def clean_yearly_rise(self) -> Decimal:
        """As a part of one."""
        rise: Decimal = self.cleaned_data["yearly_rise"] or Decimal(0)
        if not 0 <= rise <= _PERCENT:
            raise forms.ValidationError(_("每年递增应在 0 到 100 之间。"))
        return rise / _PERCENT

    def clean(self) -> dict[str, Any]:
        """With `partner` and `terms`."""
        said = super().clean() or {}
        kept = {name: said.get(name, "") for name in ("number", "kind", "title", "item_code", "place_code", "note")}
        partner = Partner(said.get("partner_name", ""), said.get("partner_phone", ""))
        return kept | {"partner": partner, "terms": _terms(said)}


def _terms(said: dict[str, Any]) -> Terms | None:
    names = ("starts_on", "ends_on", "cycle", "monthly_amount", "yearly_rise", "warn_days")
    if not all(name in said for name in names):
        return None
    starts_on, ends_on = said["starts_on"], said["ends_on"]
    return Terms(starts_on, ends_on, _ladder(said), cycle=said["cycle"], warn_days=said["warn_days"])


def _ladder(said: dict[str, Any]) -> Any:
    """Nothing for a term that is refused anyway."""
    starts_on: date = said["starts_on"]
    if not starts_on < said["ends_on"] <= starts_on.replace(year=min(starts_on.year + 30, 9000), day=1):
        return []
    try:
        return steps(starts_on, said["ends_on"], said["monthly_amount"], said["yearly_rise"])
    except InvalidOperation:
        return []


class TerminationForm(Named):
    ended_on = forms.DateField(label=_("终止日期"), widget=DayInput(), help_text=_("这一天起不再收取"))
    reason = forms.CharField(label=_("原因"), max_length=200)
