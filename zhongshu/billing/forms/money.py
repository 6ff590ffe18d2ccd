"""What is typed about payments, reliefs, refunds, months paid ahead and disputes. Rules live in the actions."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.actions.relieving import BY_PROPOSAL
from zhongshu.billing.batch import offer
from zhongshu.billing.kinds import BY_ITSELF, PAYMENT_METHOD_LABELS, RELIEF_LABELS
from zhongshu.billing.models import ChargeItem
from zhongshu.billing.queries.debts import policy_at
from zhongshu.billing.queries.items import prepayable
from zhongshu.estate.models import Account, Place
from zhongshu.kernel.choices import choices
from zhongshu.kernel.clock import day_of, now
from zhongshu.web.forms import DayInput, Named, words_field


def _yuan(label: Any) -> forms.DecimalField:
    box = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
    return forms.DecimalField(label=label, max_digits=11, decimal_places=2, widget=box)


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **options)


def _method() -> forms.ChoiceField:
    named = {method: label for method, label in PAYMENT_METHOD_LABELS.items() if method not in BY_ITSELF}
    return forms.ChoiceField(label=_("方式"), choices=choices(named))


def _reference() -> forms.CharField:
    return forms.CharField(label=_("付款凭证号"), max_length=80)


class BounceForm(Named):
    on = _day(_("发现日期"))
    reason = words_field(_("原因"), most=300)


class ReversalForm(Named):
    reason = words_field(_("原因"), most=300)


class ReliefForm(Named):
    kind = forms.ChoiceField(label=_("种类"), choices=[(kind.value, RELIEF_LABELS[kind]) for kind in BY_PROPOSAL])
    amount = _yuan(_("金额（元）"))
    reason = words_field(_("原因"), most=300)


class RefusalForm(Named):
    decision = words_field(_("理由"), most=300)


class RefundForm(Named):
    amount = _yuan(_("金额（元）"))
    method = _method()
    reference = _reference()
    on = _day(_("日期"))
    reason = words_field(_("原因"), most=300)


class PayoutForm(Named):
    on = _day(_("付款日期"))


class DisputeForm(Named):
    starts_on = _day(_("从哪天起"))
    reason = words_field(_("争议内容"), most=300)
    case_number = forms.CharField(label=_("报事编号"), max_length=40, required=False)


class DisputeEndForm(Named):
    ends_on = _day(_("了结日期"))
    outcome = words_field(_("结果"), most=300)


class AheadFields(Named):
    """Months of an item paid ahead for a place; items and places are those of the account.

    `asked`: the item and place chosen so far, for which first month and price are filled in; None: not yet. `url`
    answers with the same form when another is chosen. The site's discount comes off when the money is taken.
    """

    item_code = forms.ChoiceField(label=_("收费项目"))
    place_id = forms.TypedChoiceField(label=_("位置"), coerce=int)
    starts_on = _day(_("从哪个月1日起"))
    months = forms.IntegerField(label=_("月数"), min_value=1, max_value=12, initial=12)
    monthly = _yuan(_("每月金额（元）"))

    def __init__(self, *args: Any, account: Account, asked: Mapping[str, Any] | None, url: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items, places = list(prepayable(account.site_id)), list(_places_of(account))
        self.fields["item_code"].choices = [(item.code, item.name) for item in items]  # type: ignore[attr-defined]
        self.fields["place_id"].choices = [(place.pk, place.label) for place in places]  # type: ignore[attr-defined]
        self._ask_anew(url)
        if asked is not None and items and places and not self.is_bound:
            usual = next((item for item in items if item.is_recurring), items[0])
            item = next((item for item in items if item.code == asked.get("item_code")), usual)
            place = next((place for place in places if str(place.pk) == asked.get("place_id")), places[0])
            self._offer(account, place, item)

    def _ask_anew(self, url: str) -> None:
        ids = {name: f"#{self[name].auto_id}" for name in self.fields}
        for name in ("item_code", "place_id"):
            self.fields[name].widget.attrs |= {
                "hx-get": url,
                "hx-trigger": "change, toggle from:closest details once" if name == "item_code" else "change",
                "hx-include": f"{ids['item_code']}, {ids['place_id']}",
                "hx-params": "item_code,place_id",
                "hx-select": ids["monthly"],
                "hx-target": ids["monthly"],
                "hx-select-oob": ids["starts_on"],
                "hx-swap": "outerHTML",
            }

    def _offer(self, account: Account, place: Place, item: ChargeItem) -> None:
        today = day_of(now())
        offered = offer(account, place, item, on=today)
        self.initial.update(
            item_code=item.code, place_id=place.pk, starts_on=offered.starts_on, monthly=offered.monthly
        )
        discount = policy_at(account.site_id, today).prepay_discount
        if discount != 1:
            what = {"percent": f"{(discount * 100).normalize():f}"}
            self.fields["monthly"].help_text = gettext("按原价填写，收款时按 %(percent)s%% 计。") % what


def _places_of(account: Account) -> "QuerySet[Place]":
    return Place.objects.filter(account_places__account=account).distinct().order_by("path")


class PrepaymentForm(AheadFields):
    method = _method()
    reference = _reference()
    received_on = _day(_("收款日期"))


class LateFeesForm(Named):
    on = _day(_("计提到哪天"))


class EndPrepaymentForm(Named):
    on = _day(_("从哪个月起不再服务"))
