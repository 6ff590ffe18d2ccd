"""What people type about paying online. Rules live in the actions; refusals come back as form errors."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.models import Place
from zhongshu.estate.queries import place_by_code
from zhongshu.remittance.actions.alerts import NOTE_LENGTH
from zhongshu.remittance.actions.refunds import REASON_LENGTH
from zhongshu.remittance.kinds import KINDS_OF, PAY_KIND_LABELS, PROVIDER_LABELS, PayKind, Provider
from zhongshu.remittance.models import ProviderAccount
from zhongshu.remittance.policies.setup import SETTINGS, Setting
from zhongshu.remittance.queries.online import Owed
from zhongshu.web.forms import DayInput, Dressed, Named, words_field

LONGEST_KEY, LONGEST_SETTING = 8000, 500


class MerchantForm(Dressed):
    """The settings of a merchant account. A secret that is there already may be left empty."""

    def __init__(self, *args: Any, provider: Provider, merchant: ProviderAccount | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in SETTINGS[provider]:
            stands = str(merchant.settings.get(each.name, "")) if merchant else each.usual
            self.fields[each.name] = _field(each, stands, is_new=merchant is None)

    def values(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.cleaned_data.items()}


def _field(each: Setting, stands: str, *, is_new: bool) -> forms.Field:
    look = {"class": "form-control", "autocomplete": "off", "spellcheck": "false"}
    widget = forms.Textarea(look | {"rows": 4}) if each.is_key else forms.TextInput(look)
    return forms.CharField(
        label=str(each.label),
        required=is_new or not each.is_secret,
        initial="" if each.is_secret else stands,
        max_length=LONGEST_KEY if each.is_key else LONGEST_SETTING,
        widget=widget if each.is_key or not each.is_secret else forms.PasswordInput(look),
        help_text="" if is_new or not each.is_secret else _("不改就留空。"),
    )


class OrderForm(Dressed):
    """Which of the open charges are to be paid, and how: `wechat:native`."""

    look = {forms.RadioSelect: "form-check-input"}

    charges = forms.TypedMultipleChoiceField(coerce=int, widget=forms.CheckboxSelectMultiple, label=_("交哪些费用"))
    way = forms.ChoiceField(label=_("付款方式"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, owed: Owed, providers: list[Provider], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        charges = cast(forms.TypedMultipleChoiceField, self.fields["charges"])
        charges.choices = [(charge.charge_id, charge.item_name) for charge in owed.charges]
        charges.initial = [charge.charge_id for charge in owed.charges]
        ways = [(each, kind) for each in providers for kind in KINDS_OF[each] if kind is not PayKind.H5]
        way = cast(forms.ChoiceField, self.fields["way"])
        way.choices = [(f"{each}:{kind}", f"{PROVIDER_LABELS[each]} · {PAY_KIND_LABELS[kind]}") for each, kind in ways]
        way.initial = next((str(value) for value, _label in way.choices), None)

    @property
    def chosen(self) -> set[int]:
        """What was marked, also when the form was refused."""
        return {int(text) for text in self["charges"].value() or () if str(text).isdecimal()}

    def chosen_way(self) -> tuple[Provider, PayKind]:
        provider, _colon, kind = self.cleaned_data["way"].partition(":")
        return Provider(provider), PayKind(kind)


class RefundForm(Named):
    reason = words_field(_("退款原因"), most=REASON_LENGTH)


class NoteForm(Dressed):
    note = forms.CharField(label=_("怎样处理的"), max_length=NOTE_LENGTH)


class BillForm(Dressed):
    merchant = forms.TypedChoiceField(label=_("商户号"), coerce=int)
    day = forms.DateField(label=_("账单日"), widget=DayInput)

    def __init__(self, *args: Any, merchants: list[ProviderAccount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["merchant"])
        field.choices = [(each.pk, f"{each.site.name} · {each.get_provider_display()}") for each in merchants]


class CodesForm(Dressed):
    """The building or entrance whose codes are printed, by its code."""

    place = forms.CharField(label=_("位置编码"), max_length=60, help_text=_("楼栋、单元或一户的编码，例如 P1-3。"))

    def __init__(self, *args: Any, site_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._site_id = site_id

    def found(self) -> Place:
        """Raises NotFound, at the field."""
        return place_by_code(self._site_id, self.cleaned_data["place"])
