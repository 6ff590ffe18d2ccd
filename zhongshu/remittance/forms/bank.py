"""What is typed about bank accounts, direct debits and statements."""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.models import Account
from zhongshu.estate.queries import search_accounts
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.remittance.kinds import BATCH_STATE_LABELS, DEBIT_STATE_LABELS, FAILURE_LABELS, STATEMENT_STATE_LABELS
from zhongshu.remittance.models import BankAccount, DebitLayout
from zhongshu.web.forms import DayInput, Dressed, Named, words_field

ANY = ("", _("全部"))


class BatchFilterForm(Dressed):
    state = forms.ChoiceField(choices=[ANY, *choices(BATCH_STATE_LABELS)], label=_("状态"), required=False)


class DebitFilterForm(Dressed):
    state = forms.ChoiceField(choices=[ANY, *choices(DEBIT_STATE_LABELS)], label=_("结果"), required=False)
    failure = forms.ChoiceField(choices=[ANY, *choices(FAILURE_LABELS)], label=_("失败原因"), required=False)
    text = forms.CharField(max_length=80, label=_("房号、户号或户名"), required=False)


class BatchForm(Dressed):
    bank_account = forms.ModelChoiceField(BankAccount.objects.none(), label=_("收款账户"))
    collects_on = forms.DateField(label=_("扣款日期"), widget=DayInput())
    due_until = forms.DateField(
        label=_("收取这一天前到期的费用"), widget=DayInput(), help_text=_("含这一天；有争议的费用不代扣。")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = BankAccount.objects.filter(site=site, is_active=True, layout__isnull=False)
        self.fields["bank_account"].queryset = rows  # type: ignore[attr-defined]


class ResultForm(Named):
    file = forms.FileField(label=_("银行结果文件"))


class CancelForm(Named):
    reason = forms.CharField(max_length=200, label=_("作废原因"))


class SettleForm(Dressed):
    """What was learnt of one debit otherwise."""

    is_paid = forms.TypedChoiceField(
        choices=[("1", _("扣款成功")), ("0", _("扣款失败"))], coerce=lambda said: said == "1", label=_("结果")
    )
    collected_on = forms.DateField(label=_("扣款日期"), widget=DayInput(), required=False)
    reason = forms.CharField(max_length=200, label=_("依据"), help_text=_("如银行电话答复、账户流水。"))


class AccountField(forms.CharField):
    """An account by number, code or name of its dwelling, a name or a telephone number: it must be one alone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, help_text=_("户号、房号、姓名或电话。"), **options)
        self.site: Site | None = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.site is None:
            return None
        found = search_accounts(self.site.pk, text, limit=4)
        exact = [one for one in found if text.upper() in (one.number.upper(), _code(one))]
        if len(exact or found) == 1:
            return (exact or found)[0]
        named = "、".join(f"{one.unit or ''} {one.customer.name} {one.number}".strip() for one in found)  # matter
        raise forms.ValidationError(
            gettext("有几户都符合，请写清楚：%(named)s") % {"named": named} if found else gettext("没有找到这一户。")
        )


def _code(account: Account) -> str:
    return account.unit.code.upper() if account.unit else ""


class AuthorisationForm(Dressed):
    account = AccountField(label=_("户"))
    bank_account = forms.ModelChoiceField(BankAccount.objects.none(), label=_("收款账户"))
    bank_name = forms.CharField(max_length=60, label=_("付款银行"), required=False)
    bank_code = forms.CharField(max_length=20, label=_("银行行号"), required=False)
    number = forms.CharField(
        max_length=50,
        label=_("付款账号"),
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "numeric"}),
        help_text=_("保存后只显示末四位。"),
    )
    holder = forms.CharField(max_length=80, label=_("户名"))
    agreement = forms.CharField(max_length=40, label=_("协议号"), required=False)
    starts_on = forms.DateField(label=_("生效日期"), widget=DayInput())

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].site = site  # type: ignore[attr-defined]
        rows = BankAccount.objects.filter(site=site, is_active=True, layout__isnull=False)
        self.fields["bank_account"].queryset = rows  # type: ignore[attr-defined]


class AuthorisationFilterForm(Dressed):
    text = forms.CharField(max_length=80, label=_("房号、户号或户名"), required=False)
    is_running = forms.BooleanField(label=_("只看有效"), required=False)


class EndForm(Dressed):
    ends_on = forms.DateField(label=_("结束日期"), widget=DayInput())
    reason = forms.CharField(max_length=200, label=_("原因"))


class BankAccountForm(Dressed):
    name = forms.CharField(max_length=60, label=_("名称"), help_text=_("如：物业费收款户。"))
    bank_name = forms.CharField(max_length=60, label=_("开户银行"))
    number = forms.CharField(max_length=50, label=_("账号"))
    layout = forms.ModelChoiceField(
        DebitLayout.objects.none(), label=_("代扣文件格式"), required=False, help_text=_("不做代扣可不选。")
    )
    merchant = forms.CharField(max_length=40, label=_("委托单位代码"), required=False, help_text=_("银行给的商户号。"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = DebitLayout.objects.filter(company=site.company_id)
        self.fields["layout"].queryset = rows  # type: ignore[attr-defined]


class BankAccountChangeForm(BankAccountForm):
    is_active = forms.BooleanField(label=_("在用"), required=False)
    number = None  # type: ignore[assignment]  # Django's way of leaving a field out


class LayoutForm(Dressed):
    rules = words_field(_("格式（JSON）"), most=60_000, rows=30)

    def clean_rules(self) -> Any:
        try:
            return json.loads(self.cleaned_data["rules"])
        except json.JSONDecodeError as error:
            said = {"line": error.lineno, "column": error.colno}
            raise forms.ValidationError(gettext("第 %(line)s 行第 %(column)s 个字起不是 JSON。") % said) from error
        except RecursionError as error:
            raise forms.ValidationError(gettext("层数太多。")) from error


class StatementForm(Dressed):
    bank_account = forms.ModelChoiceField(BankAccount.objects.none(), label=_("银行账户"))
    file = forms.FileField(label=_("对账单（CSV、Excel 或 MT940）"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank_account"].queryset = BankAccount.objects.filter(site=site, is_active=True)  # type: ignore[attr-defined]


class LineFilterForm(Dressed):
    state = forms.ChoiceField(
        choices=[*choices(STATEMENT_STATE_LABELS), ("all", _("全部"))], label=_("状态"), required=False
    )
    text = forms.CharField(max_length=80, label=_("付款人、附言或流水号"), required=False)
    least = forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, label=_("金额不低于"), required=False)
    is_certain = forms.BooleanField(label=_("只看有把握"), required=False)


class MatchForm(Named):
    """Somebody else than those suggested."""

    account = AccountField(label=_("改为别的户"))

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].site = site  # type: ignore[attr-defined]


class AsideForm(Named):
    reason = forms.CharField(max_length=300, label=_("不入账的原因"), help_text=_("如利息、内部转账、代扣总额。"))


class TransitForm(Named):
    reason = forms.CharField(max_length=300, label=_("到账来源"), help_text=_("如微信 3 月 1 日结算。"))


class UndoForm(Named):
    reason = forms.CharField(max_length=300, label=_("撤销原因"))
