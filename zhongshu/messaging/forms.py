"""What people type about channels, words and choices. Rules live in the actions; refusals come back as form errors."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.forms import Form
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.messaging.kinds import (
    CUSTOMER_WAYS,
    GROUP_LABELS,
    STAFF_WAYS,
    WAY_LABELS,
    WAY_OF,
    WHEN_LABELS,
    ChannelKind,
    Group,
    Way,
    When,
)
from zhongshu.messaging.models import Channel
from zhongshu.messaging.policies.routing import DEFAULT_WAYS
from zhongshu.messaging.policies.setup import SECURITIES, SETTINGS
from zhongshu.messaging.policies.shipped import TEMPLATE_WAYS
from zhongshu.web.forms import DayInput

ALL_SITES = "all"
LONGEST_SETTING = 500


def site_choices(sites: Iterable[Site], *, everywhere: bool) -> list[tuple[str, Any]]:
    """The sites, after the whole company where one may decide for it."""
    own = [(str(site.pk), site.name) for site in sites]
    return [(ALL_SITES, _("全部项目")), *own] if everywhere else own


class ChannelForm(Form):
    """The settings of one kind. A secret that is there already may be left empty."""

    name = forms.CharField(label=_("名称"), max_length=80)

    def __init__(self, *args: Any, kind: ChannelKind, channel: Channel | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for each in SETTINGS[kind]:
            stands = str(channel.settings.get(each.name, "")) if channel else each.usual
            self.fields[each.name] = self._field(each, stands.removeprefix("mailto:"), is_new=channel is None)
        if WAY_OF[kind] == Way.BOT:
            self.fields["groups"] = forms.MultipleChoiceField(
                label=_("发送哪些消息"),
                choices=choices(GROUP_LABELS),
                widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
                required=False,
                initial=channel.groups if channel else [Group.ESCALATIONS],
                help_text=_("一个都不选就是全部。"),
            )

    @property
    def values(self) -> dict[str, str]:
        return {each.name: self.cleaned_data.get(each.name, "") for each in SETTINGS[self.kind]}

    def _field(self, each: Any, stands: str, *, is_new: bool) -> forms.Field:
        look = {"class": "form-control"}
        if each.name == "security":
            listed = forms.Select({"class": "form-select"})
            return forms.ChoiceField(label=each.label, choices=list(SECURITIES.items()), initial=stands, widget=listed)
        widget = forms.PasswordInput(look | {"autocomplete": "off"}) if each.is_secret else forms.TextInput(look)
        return forms.CharField(
            label=each.label,
            required=each.is_required and (is_new or not each.is_secret),
            initial="" if each.is_secret else stands,
            max_length=LONGEST_SETTING,
            widget=widget,
            help_text="" if is_new or not each.is_secret else _("不改就留空。"),
        )


class NewChannelForm(ChannelForm):
    site = forms.ChoiceField(label=_("项目"))

    def __init__(self, *args: Any, sites: list[Site], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites}
        field = cast(forms.ChoiceField, self.fields["site"])
        field.choices = site_choices(sites, everywhere=everywhere)

    def chosen_site(self) -> Site | None:
        return self._sites.get(self.cleaned_data["site"])


class TestForm(Form):
    address = forms.CharField(
        label=_("发给"), max_length=200, required=False, help_text=_("您自己的手机号、邮箱或微信 OpenID。")
    )


class TemplateForm(Form):
    kind = forms.ChoiceField(label=_("消息种类"), required=False)
    way = forms.ChoiceField(label=_("通知方式"), choices=choices({way: WAY_LABELS[way] for way in TEMPLATE_WAYS}))
    language = forms.ChoiceField(label=_("语言"), choices=settings.LANGUAGES)
    title = forms.CharField(label=_("标题"), max_length=200, required=False, help_text=_("推送、邮件和信函的标题。"))
    text = forms.CharField(
        label=_("正文"), max_length=2000, widget=forms.Textarea({"rows": 6, "class": "form-control"})
    )
    vendor_id = forms.CharField(
        label=_("服务商模板编号"), max_length=80, required=False, help_text=_("腾讯云短信和微信公众号要填。")
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["kind"])
        field.choices = [("", _("所有种类")), *((kind, kind) for kind in kinds)]


class QuietForm(Form):
    site = forms.ChoiceField(label=_("项目"))
    begins = forms.TimeField(label=_("从几点"), initial="21:00", widget=forms.TimeInput({"type": "time"}))
    ends = forms.TimeField(label=_("到几点"), initial="08:00", widget=forms.TimeInput({"type": "time"}))
    starts_on = forms.DateField(label=_("从哪天起"), widget=DayInput)

    def __init__(self, *args: Any, sites: list[Site], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites}
        cast(forms.ChoiceField, self.fields["site"]).choices = site_choices(sites, everywhere=everywhere)

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"site": self._sites.get(self.cleaned_data["site"])}


class MineForm(Form):
    """An e-mail address and a choice for each group of messages and way."""

    email = forms.CharField(label=_("邮箱"), max_length=200, required=False)

    def __init__(self, *args: Any, chosen: dict[tuple[str, str], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for group in Group:
            for way in STAFF_WAYS:
                stands = chosen.get((group, way), DEFAULT_WAYS[way])
                self.fields[f"{group}-{way}"] = forms.ChoiceField(
                    label=WAY_LABELS[way], choices=choices(WHEN_LABELS), initial=stands
                )

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        return [(GROUP_LABELS[group], [self[f"{group}-{way}"] for way in STAFF_WAYS]) for group in Group]

    def said(self) -> dict[tuple[Group, Way], When]:
        said = self.cleaned_data
        return {(group, way): When(said[f"{group}-{way}"]) for group in Group for way in STAFF_WAYS}


class WaysForm(Form):
    """The order of ways, as many fields as there are ways: the first wish, the second …"""

    def __init__(self, *args: Any, order: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nth in range(len(CUSTOMER_WAYS)):
            self.fields[f"way{nth}"] = forms.ChoiceField(
                label=_("第 %(nth)s 种") % {"nth": nth + 1},
                choices=[("", _("不用")), *choices({way: WAY_LABELS[way] for way in CUSTOMER_WAYS})],
                required=False,
                initial=order[nth] if nth < len(order) else "",
                widget=forms.Select({"class": "form-select"}),
            )

    def said(self) -> list[str]:
        wanted = (self.cleaned_data[f"way{nth}"] for nth in range(len(CUSTOMER_WAYS)))
        return [way for way in wanted if way]


class OwnConsentForm(Form):
    """A yes or a no to one way."""

    way = forms.ChoiceField(
        label=_("通知方式"), choices=choices({way: WAY_LABELS[way] for way in CUSTOMER_WAYS if way != Way.PORTAL})
    )
    is_given = forms.TypedChoiceField(
        label=_("是否同意"),
        choices=[("yes", _("同意")), ("no", _("不同意"))],
        coerce=lambda value: value == "yes",
    )
    address = forms.CharField(
        label=_("邮箱或微信 OpenID"), max_length=200, required=False, help_text=_("同意邮件或微信时填写。")
    )


class ConsentForm(OwnConsentForm):
    """The same as the customer said it, with the occasion."""

    source = forms.CharField(label=_("场合"), max_length=200, help_text=_("例如：入住登记时当面同意。"))
