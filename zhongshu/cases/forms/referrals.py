"""What people type about referrals, the directory, the weather and the site's rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.cases.forms import OURS, CaseForm, PageForm
from zhongshu.cases.kinds import CHECK_BACK_LABELS, CheckBack
from zhongshu.cases.models import Case
from zhongshu.cases.queries.complaints import directory
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.web.forms import DayInput


def _bodies(site: Site, *, empty: Any) -> list[tuple[str, Any]]:
    return [("", empty), *((body.code, f"{body.name} {body.phone}".strip()) for body in directory(site))]


class ReferralForm(CaseForm):
    """Handed over warm: to whom, who was spoken to, which number the customer was given."""

    body_code = forms.ChoiceField(label=_("转介给"))
    spoke_to = forms.CharField(label=_("接洽人"), max_length=40, required=False)
    number_given = forms.CharField(
        label=_("告知的电话"), max_length=40, required=False, help_text=_("不填则为名录里的电话")
    )
    is_transferred = forms.BooleanField(label=_("已直接转接"), required=False)
    words = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.fields["body_code"].choices = _bodies(case.site, empty="—")  # type: ignore[attr-defined]


class CheckBackForm(PageForm):
    outcome = forms.ChoiceField(label=_("结果"), choices=choices(CHECK_BACK_LABELS), widget=forms.RadioSelect)
    words = forms.CharField(label=_("客户的话"), max_length=200, required=False)
    then_body_code = forms.ChoiceField(label=_("没有解决时"), required=False)
    back_to_us = forms.BooleanField(label=_("转回我们处理"), required=False)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["then_body_code"].choices = _bodies(site, empty=_("再转介给…"))  # type: ignore[attr-defined]

    def clean_outcome(self) -> CheckBack:
        return CheckBack(self.cleaned_data["outcome"])


class BodyForm(PageForm):
    code = forms.SlugField(label=_("代码"), max_length=40, help_text=_("小写英文；与名录相同的代码会替换那一行"))
    name = forms.CharField(label=_("名称"), max_length=40)
    phone = forms.CharField(label=_("电话"), max_length=40, required=False)
    hours = forms.CharField(label=_("时间"), max_length=60, required=False)
    covers = forms.CharField(label=_("管什么"), max_length=200)
    is_active = forms.BooleanField(label=_("使用"), required=False, initial=True)


class RainForm(PageForm):
    on = forms.DateField(label=_("下雨的日子"), widget=DayInput(), validators=OURS)
    millimetres = forms.DecimalField(
        label=_("雨量（毫米）"), required=False, max_digits=5, decimal_places=1, min_value=0
    )


class RulesForm(PageForm):
    repeat_days = forms.IntegerField(label=_("几天内同一事算重复"), min_value=1, max_value=90)
    alike_hours = forms.IntegerField(label=_("几小时内同类报事可能是同一事件"), min_value=1, max_value=72)
    check_back_hours = forms.IntegerField(label=_("转介后几小时提醒回访"), min_value=1, max_value=168)
    check_back_latest_hours = forms.IntegerField(label=_("转介后最晚几小时回访"), min_value=1, max_value=336)
    judge_hours = forms.IntegerField(label=_("投诉几小时内裁定"), min_value=1, max_value=168)
    refusal_months = forms.IntegerField(label=_("不愿接受回访的，几个月内不打扰"), min_value=1, max_value=60)
    sign_remind_days = forms.IntegerField(label=_("完工后几天无人验收提醒责任人"), min_value=1, max_value=60)
    sign_lapse_days = forms.IntegerField(
        label=_("完工后几天无人验收视为验收"),
        min_value=2,
        max_value=90,
        help_text=_("只用于 P3、P4；投诉、事件和转介的报事仍须有人验收。"),
    )
