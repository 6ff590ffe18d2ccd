"""What is typed about calls, order sheets, letters, devices and load."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.channels.kinds import (
    ALARM_LABELS,
    CALL_STATE_LABELS,
    DOOR_LABELS,
    GROUNDS_LABELS,
    HOTLINE_KIND_LABELS,
    HOTLINE_STATE_LABELS,
    OUTCOME_LABELS,
    RULING_LABELS,
    SATISFACTION_LABELS,
    CallBackOutcome,
)
from zhongshu.estate.models import Place
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import now
from zhongshu.people.models import Staff
from zhongshu.people.queries import not_gone
from zhongshu.web.forms import DayInput, Dressed, MinuteInput

ANY = ("", _("全部"))


class _Form(Dressed):
    look = {forms.RadioSelect: "choice-list"}


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class CallFilterForm(_Form):
    state = forms.ChoiceField(choices=[ANY, *choices(CALL_STATE_LABELS)], label=_("状态"), required=False)
    number = forms.CharField(max_length=20, label=_("号码（或末几位）"), required=False)


class ListenForm(_Form):
    reason = forms.CharField(max_length=200, label=_("收听原因"))


class TryForm(_Form):
    """One try to call back."""

    OFFERED = (CallBackOutcome.REACHED, CallBackOutcome.UNREACHABLE, CallBackOutcome.WRITTEN)
    outcome = forms.ChoiceField(choices=[(str(one), OUTCOME_LABELS[one]) for one in OFFERED], label=_("结果"))
    words = forms.CharField(
        max_length=500,
        label=_("说明"),
        required=False,
        widget=_text(2),
        help_text=_("选“已发消息回复”时，这里写的会发给客户。"),
    )


class ExtensionForm(_Form):
    number = forms.CharField(max_length=20, label=_("分机号"))
    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("员工"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Staff.objects.filter(not_gone(now()), site=site).select_related("user").order_by("employee_no")
        self.fields["staff"].queryset = rows  # type: ignore[attr-defined]


class LimitsForm(_Form):
    angry_minutes = forms.IntegerField(min_value=1, max_value=10_000, label=_("每班激动接待上限（分钟）"))
    angry_in_a_row = forms.IntegerField(min_value=1, max_value=10_000, label=_("连续激动接待上限（次）"))
    relief_minutes = forms.IntegerField(min_value=1, max_value=10_000, label=_("替换休息（分钟）"))
    angry_caller_days = forms.IntegerField(min_value=1, max_value=10_000, label=_("激动来电人记多少天"))
    call_back_minutes = forms.IntegerField(min_value=1, max_value=10_000, label=_("未接来电多少分钟内回电"))
    alarm_window_minutes = forms.IntegerField(min_value=1, max_value=10_000, label=_("重复报警合并（分钟）"))
    sign_minutes = forms.IntegerField(min_value=1, max_value=10_000, label=_("12345 签收时限（工作分钟）"))
    contact_hours = forms.IntegerField(min_value=1, max_value=10_000, label=_("12345 联系来电人时限（小时）"))


class SecretForm(_Form):
    door = forms.ChoiceField(choices=choices(DOOR_LABELS), label=_("接入口"))
    secret = forms.CharField(
        max_length=200,
        label=_("密钥"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("至少 8 位；留空则取消。保存后不再显示。"),
    )


class SheetFilterForm(_Form):
    text = forms.CharField(max_length=100, label=_("编号、内容或电话"), required=False)
    state = forms.ChoiceField(choices=[ANY, *choices(HOTLINE_STATE_LABELS)], label=_("状态"), required=False)
    kind = forms.ChoiceField(choices=[ANY, *choices(HOTLINE_KIND_LABELS)], label=_("类型"), required=False)
    is_late = forms.BooleanField(label=_("只看超时"), required=False)
    is_pressed = forms.BooleanField(label=_("只看催办"), required=False)


class SheetForm(_Form):
    number = forms.CharField(max_length=40, label=_("工单编号"))
    kind = forms.ChoiceField(choices=choices(HOTLINE_KIND_LABELS), label=_("类型"))
    caller_name = forms.CharField(max_length=40, label=_("来电人"), required=False)
    caller_phone = forms.CharField(max_length=20, label=_("电话"), required=False)
    text = forms.CharField(max_length=4000, label=_("诉求内容"), widget=_text(4))
    address = forms.CharField(max_length=200, label=_("地址"), required=False)
    transferred_at = forms.DateTimeField(
        label=_("转办时间"), required=False, widget=MinuteInput(), help_text=_("不填为现在。")
    )
    reply_due_at = forms.DateTimeField(
        label=_("办理时限"), required=False, widget=MinuteInput(), help_text=_("不填按类型推算工作日。")
    )


class UploadForm(_Form):
    file = forms.FileField(label=_("工单表格（xlsx、xls、ods、csv）"))


class SayForm(_Form):
    words = forms.CharField(max_length=500, label=_("联系情况"), widget=_text(2))


class ReplyForm(_Form):
    text = forms.CharField(max_length=4000, label=_("回复内容"), widget=_text(5))


class ApprovalForm(_Form):
    is_approved = forms.TypedChoiceField(
        choices=[("1", _("批准，回复 12345")), ("0", _("退回修改"))], coerce=lambda said: said == "1", label=_("审批")
    )
    words = forms.CharField(max_length=500, label=_("审批意见"), required=False, widget=_text(2))


class ObjectionForm(_Form):
    grounds = forms.ChoiceField(choices=choices(GROUNDS_LABELS), label=_("申诉理由"))
    words = forms.CharField(max_length=1000, label=_("说明"), widget=_text(3))


class RulingForm(_Form):
    ruling = forms.ChoiceField(choices=choices(RULING_LABELS), label=_("裁定结果"))
    words = forms.CharField(max_length=500, label=_("裁定说明"), required=False, widget=_text(2))


class ResultForm(_Form):
    is_solved = forms.TypedChoiceField(
        choices=[("1", _("已解决")), ("0", _("未解决，重新办理"))], coerce=lambda said: said == "1", label=_("是否解决")
    )
    satisfaction = forms.ChoiceField(choices=choices(SATISFACTION_LABELS), label=_("满意度"))
    words = forms.CharField(max_length=500, label=_("回访说明"), required=False, widget=_text(2))


class SignForm(_Form):
    """Nothing to fill in: a button."""


class AlarmFilterForm(_Form):
    kind = forms.ChoiceField(choices=[ANY, *choices(ALARM_LABELS)], label=_("报警类型"), required=False)
    device = forms.CharField(max_length=80, label=_("设备编号"), required=False)
    is_standing = forms.BooleanField(label=_("只看未恢复"), required=False)


class DeviceForm(_Form):
    code = forms.CharField(max_length=80, label=_("设备编号"))
    name = forms.CharField(max_length=80, label=_("设备名称"), required=False)
    place = forms.CharField(
        max_length=80, label=_("位置编码"), required=False, help_text=_("如 1-2-1502、PUB-GATE-E。")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site

    def clean_place(self) -> Place | None:
        code = self.cleaned_data["place"].strip()
        if not code:
            return None
        place = Place.objects.filter(site=self.site, code=code).first()
        if place is None:
            raise forms.ValidationError(_("本项目没有这个位置编码。"))
        return place


class _Scans(forms.ClearableFileInput):
    allow_multiple_selected = True


class ScansField(forms.FileField):
    """Several pictures or PDF files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ScansField, self).clean(one, initial) for one in given if one]


def _scans() -> ScansField:
    return ScansField(
        label=_("扫描件（图片或 PDF，可多选）"),
        required=False,
        widget=_Scans(attrs={"accept": "image/*,application/pdf"}),
    )


class LetterForm(_Form):
    sender = forms.CharField(max_length=40, label=_("写信人"))
    phone = forms.CharField(max_length=20, label=_("电话"), required=False)
    place_text = forms.CharField(max_length=200, label=_("地址"), required=False)
    received_on = forms.DateField(label=_("收信日期"), widget=DayInput())
    text = forms.CharField(max_length=4000, label=_("信件内容或摘要"), widget=_text(4))
    scans = _scans()


class LetterReplyForm(_Form):
    reply = forms.CharField(max_length=4000, label=_("回信内容"), widget=_text(5))
    replied_on = forms.DateField(label=_("回信日期"), widget=DayInput())
    scans = _scans()


class LetterFilterForm(_Form):
    text = forms.CharField(max_length=100, label=_("写信人或内容"), required=False)
    is_waiting = forms.BooleanField(label=_("只看未回信"), required=False)


class AngerForm(_Form):
    """`call` and `case` say what it was about; with neither it was a visit at the counter."""

    minutes = forms.IntegerField(min_value=1, max_value=480, initial=10, label=_("持续分钟"))
    is_abusive = forms.BooleanField(label=_("有辱骂或威胁"), required=False)
    call_pk = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput())
    case_number = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput())


class ReliefForm(_Form):
    minutes = forms.IntegerField(min_value=1, max_value=480, label=_("休息分钟"))
    words = forms.CharField(max_length=200, label=_("说明（本人可见）"), required=False)
