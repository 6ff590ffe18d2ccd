"""What people type in administration. Rules live in the actions; their refusals come back as errors of the form."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zhongshu.identity.models import Site
from zhongshu.identity.policies.passwords import LONGEST
from zhongshu.identity.roles import ROLE_LABELS, STAFF
from zhongshu.kernel.choices import choices
from zhongshu.kernel.errors import NotFound, Refusal
from zhongshu.web.forms import DayInput, Dressed, show_refusal

STAFF_ROLES = choices({role: label for role, label in ROLE_LABELS.items() if role in STAFF})
CODE_TYPED = {"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false", "autocapitalize": "none"}


class Form(Dressed):
    """A form dressed like the console's pages."""

    look = {forms.CheckboxSelectMultiple: "form-check-input"}

    def refuse(self, refusal: Refusal) -> None:
        """Shows the refusal at its field, or above the form; what is not there for the actor has no form either."""
        if isinstance(refusal, NotFound):
            raise refusal
        show_refusal(self, refusal)


class SignInForm(Form):
    username = forms.CharField(label=_("用户名"), max_length=40)
    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}


class CodeForm(Form):
    code = forms.CharField(label=_("验证码"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= CODE_TYPED | {"autofocus": True}


class ProofForm(Form):
    """That it is really oneself: the password, and what the telephone shows."""

    password = forms.CharField(label=_("密码"), widget=forms.PasswordInput, strip=False)
    code = forms.CharField(label=_("验证码"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autocomplete"] = "current-password"
        self.fields["code"].widget.attrs |= CODE_TYPED


class EnrolForm(ProofForm):
    """As it is filled in beside the QR code: first the code that now stands on the telephone."""

    field_order = ["code", "password"]


class RolesForm(Form):
    """The roles that take a second factor."""

    roles = forms.MultipleChoiceField(
        label=_("必须使用二次验证的角色"), required=False, choices=STAFF_ROLES, widget=forms.CheckboxSelectMultiple
    )


class ReasonForm(Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class MeForm(Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    language = forms.ChoiceField(label=_("语言"), required=False, choices=[("", _("跟随浏览器")), *settings.LANGUAGES])
    large_type = forms.BooleanField(label=_("大字版"), required=False)


class PasswordForm(Form):
    old_password = forms.CharField(label=_("原密码"), widget=forms.PasswordInput, strip=False)
    new_password = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput,
        strip=False,
        max_length=LONGEST,
        help_text=_("至少 8 个字符。几个互不相干的词连成一句，既好记又难猜；可以粘贴，可以用空格和汉字。"),
    )
    again = forms.CharField(label=_("再输一遍新密码"), widget=forms.PasswordInput, strip=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].widget.attrs["autocomplete"] = "current-password"
        self.fields["new_password"].widget.attrs["autocomplete"] = "new-password"
        self.fields["again"].widget.attrs["autocomplete"] = "new-password"

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new_password", again):
            raise forms.ValidationError(_("两次输入的新密码不一样。"))
        return again


class UserForm(Form):
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=20, required=False)


class GrantForm(Form):
    """`sites` are those the actor may give roles at; `everywhere` adds all of them at once."""

    role = forms.ChoiceField(label=_("角色"), choices=STAFF_ROLES)
    site = forms.ChoiceField(label=_("项目"))
    starts_on = forms.DateField(label=_("开始日期"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("结束日期"), widget=DayInput, required=False, help_text=_("当天起不再有效；不填表示长期。")
    )

    def __init__(self, *args: Any, sites: list[Site], everywhere: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sites = {str(site.pk): site for site in sites}
        options = [(key, site.name) for key, site in self._sites.items()]
        field = cast(forms.ChoiceField, self.fields["site"])
        field.choices = [*options, ("all", _("全部项目"))] if everywhere else options

    def chosen_site(self) -> Site | None:
        return self._sites.get(self.cleaned_data["site"])


class NewUserForm(GrantForm):
    username = forms.CharField(label=_("用户名"), max_length=40, help_text=_("登录用，建议用工号或姓名拼音。"))
    name = forms.CharField(label=_("姓名"), max_length=40)
    phone = forms.CharField(label=_("手机号"), max_length=20, required=False)
    field_order = ["username", "name", "phone", "role", "site", "starts_on", "ends_on"]


class TokenForm(Form):
    """`codes` are the rights that the token's user holds."""

    username = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label=_("用途"), max_length=80, help_text=_("给谁、做什么用，例如“呼叫中心”。"))
    expires_on = forms.DateField(
        label=_("到期日期"), widget=DayInput, required=False, help_text=_("当天零点起失效；不填表示不过期。")
    )
    scopes = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, codes: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.MultipleChoiceField, self.fields["scopes"])
        field.choices = [(code, code) for code in codes]
