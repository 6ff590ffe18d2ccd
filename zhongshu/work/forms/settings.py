"""What a site works with: prices, windows for visits, contractors, checklists, how teams are handed their work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.people.kinds import HANDING_LABELS
from zhongshu.people.models import Team
from zhongshu.web.forms import DayInput
from zhongshu.work.forms import KitForm
from zhongshu.work.kinds import CATEGORY_LABELS, ORDER_KIND_LABELS


class SiteForm(KitForm):
    """A form of one site."""

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "team" in self.fields:
            self.fields["team"].queryset = Team.objects.filter(site=site)  # type: ignore[attr-defined]


class PriceItemForm(SiteForm):
    code = forms.CharField(label=_("编码"), max_length=20)
    name = forms.CharField(label=_("名称"), max_length=60)
    unit = forms.CharField(label=_("单位"), max_length=10)
    unit_price = forms.DecimalField(label=_("单价（元）"), min_value=0, max_digits=8, decimal_places=2)


class WindowForm(SiteForm):
    team = forms.ModelChoiceField(label=_("班组"), queryset=Team.objects.none())
    opens = forms.TimeField(label=_("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    closes = forms.TimeField(label=_("结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    capacity = forms.IntegerField(label=_("每天可约户数"), min_value=1, max_value=200)
    starts_on = forms.DateField(label=_("启用日期"), widget=DayInput())


class ContractorForm(SiteForm):
    name = forms.CharField(label=_("单位名称"), max_length=80)
    contact_name = forms.CharField(label=_("联系人"), max_length=40, required=False)
    phone = forms.CharField(label=_("电话"), max_length=20)
    kinds = forms.MultipleChoiceField(
        label=_("工单类型"), choices=choices(ORDER_KIND_LABELS), required=False, help_text=_("不选则全部类型。")
    )
    categories = forms.MultipleChoiceField(
        label=_("类别"), choices=choices(CATEGORY_LABELS), required=False, help_text=_("不选则全部类别。")
    )
    arrive_minutes = forms.IntegerField(label=_("到场时限（分钟）"), min_value=1, max_value=43200, initial=30)
    starts_on = forms.DateField(label=_("合同开始"), widget=DayInput())
    ends_on = forms.DateField(label=_("合同结束（不含当天）"), widget=DayInput(), required=False)


class TemplateForm(SiteForm):
    kind = forms.ChoiceField(
        label=_("工单类型"), choices=[("", _("全部类型")), *choices(ORDER_KIND_LABELS)], required=False
    )
    category = forms.ChoiceField(
        label=_("类别"), choices=[("", _("全部类别")), *choices(CATEGORY_LABELS)], required=False
    )
    name = forms.CharField(label=_("名称"), max_length=60)
    text = forms.CharField(
        label=_("检查项，每行一项"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("必填项前加 *；数值写成：水压 | number | 0.1..0.6 | MPa；文字写 text，照片写 photo。"),
    )


class TeamHandingForm(SiteForm):
    team = forms.ModelChoiceField(label=_("班组"), queryset=Team.objects.none())
    handing = forms.ChoiceField(label=_("新工单怎样派"), choices=choices(HANDING_LABELS))
    handing_minutes = forms.IntegerField(label=_("等候分钟数"), min_value=1, max_value=120, initial=10)
    pool_kinds = forms.MultipleChoiceField(
        label=_("进入抢单池的类型"),
        choices=choices(ORDER_KIND_LABELS),
        required=False,
        help_text=_("不选则全部类型。"),
    )
