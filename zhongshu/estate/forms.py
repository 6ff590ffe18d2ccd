"""What is typed about places, customers and accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.kinds import CUSTOMER_KIND_LABELS, OCCUPANCY_LABELS, RELATION_LABELS
from zhongshu.identity.models import User
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput, Dressed


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput())


class OccupancyForm(Dressed):
    status = forms.ChoiceField(choices=choices(OCCUPANCY_LABELS), label=_("新状态"))
    starts_on = _day(_("开始日期"))


class TerritoryForm(Dressed):
    keeper = forms.ModelChoiceField(User.objects.none(), label=_("管家"))
    starts_on = _day(_("开始日期"))

    def __init__(self, *args: Any, keepers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keeper"].queryset = keepers  # type: ignore[attr-defined]


class PlaceTerritoryForm(TerritoryForm):
    place = forms.CharField(
        max_length=60, label=_("楼栋或单元编码"), help_text=_("如 P1-3 或 P1-3-2；管到它下面的全部房屋。")
    )
    field_order = ("place", "keeper", "starts_on")


class PersonForm(Dressed):
    name = forms.CharField(max_length=80, label=_("姓名或单位名称"))
    kind = forms.ChoiceField(choices=choices(CUSTOMER_KIND_LABELS), label=_("客户类型"))
    phones = forms.CharField(max_length=200, required=False, label=_("电话"), help_text=_("几个号码用、隔开"))
    id_no = forms.CharField(max_length=40, required=False, label=_("证件号"))


class OwnerForm(PersonForm):
    starts_on = _day(_("开始日期"))


class TransferForm(PersonForm):
    on = _day(_("过户日期"))
    with_places = forms.BooleanField(required=False, initial=True, label=_("车位、储藏室一并过户"))


class MemberForm(PersonForm):
    relation = forms.ChoiceField(choices=choices(RELATION_LABELS), initial="family", label=_("身份"))
    starts_on = _day(_("开始日期"))


class CustomerForm(PersonForm):
    note = forms.CharField(required=False, label=_("备注"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class AttachForm(Dressed):
    place = forms.CharField(max_length=60, label=_("车位或储藏室编码"))
    starts_on = _day(_("开始日期"))


class EndForm(Dressed):
    ends_on = _day(_("结束日期"))


class UploadForm(Dressed):
    kind = forms.ChoiceField(label=_("导入什么"))
    file = forms.FileField(
        label=_("工作簿"), help_text=_("用模板填的，或您自己的表格：.xlsx、.xls、.ods、.csv，最大 20 MB")
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class MappingNameForm(Dressed):
    name = forms.CharField(max_length=80, label=_("名称"))
