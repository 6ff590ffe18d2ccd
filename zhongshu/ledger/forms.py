"""What people type into the books. Rules live in the actions."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zhongshu.kernel.choices import choices
from zhongshu.ledger.kinds import CHART, FUND_LABELS, SUB_LEDGERED, Fund
from zhongshu.ledger.policies import Leg
from zhongshu.web.forms import DayInput, Named, words_field

FEWEST_LINES, MOST_LINES, MORE = 4, 40, 4


class EntryForm(Named):
    """A day, a memo and lines of fund, account, debit or credit: `fund-0`, `code-0`, `debit-0`, `credit-0`, …"""

    dated_on = forms.DateField(label=_("记账日期"), widget=DayInput())
    memo = words_field(_("摘要"), most=300)

    def __init__(self, *args: Any, count: int = FEWEST_LINES, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = min(max(count, FEWEST_LINES), MOST_LINES)
        for number in range(self.count):
            for name, field in _line_fields(number).items():
                self.fields[f"{name}-{number}"] = field

    @property
    def lines(self) -> list[dict[str, forms.BoundField]]:
        """The fields of each line by name."""
        return [{name: self[f"{name}-{number}"] for name in _NAMES} for number in range(self.count)]

    def clean(self) -> dict[str, Any]:
        """`legs` of the lines that have an amount."""
        cleaned: dict[str, Any] = super().clean() or {}
        legs = [leg for number in range(self.count) if (leg := self._leg(cleaned, number))]
        return {"dated_on": cleaned.get("dated_on"), "memo": cleaned.get("memo"), "legs": legs}

    def _leg(self, cleaned: dict[str, Any], number: int) -> Leg | None:
        fund, code, debit, credit = (cleaned.get(f"{name}-{number}") for name in _NAMES)
        amount = (debit or Decimal(0)) - (credit or Decimal(0))
        if debit and credit:
            self.add_error(f"credit-{number}", _("一行只填借方或贷方。"))
        elif amount and not code:
            self.add_error(f"code-{number}", _("请选择科目。"))
        return Leg(fund, code, amount) if amount and fund and code else None


class ReversalForm(Named):
    """The day in the books and why."""

    dated_on = forms.DateField(label=_("记账日期"), widget=DayInput())
    memo = words_field(_("冲销原因"), most=300)


class DeclineForm(Named):
    reason = words_field(_("退回理由"), most=300)


class CloseForm(Named):
    """The month whose turn it is, as the page showed it."""

    month = forms.DateField(widget=forms.HiddenInput())


class ReopenForm(Named):
    month = forms.DateField(widget=forms.HiddenInput())
    reason = words_field(_("反结账理由"), most=300)


_NAMES = ("fund", "code", "debit", "credit")


def _line_fields(number: int) -> dict[str, forms.Field]:
    """Named for those who hear the page: which line, which column."""
    by_hand = [(code, f"{code} {heading.name}") for code, heading in CHART.items() if code not in SUB_LEDGERED]
    return {
        "fund": forms.ChoiceField(
            label=_("资金"), choices=choices(FUND_LABELS), initial=Fund.OPERATING, widget=_select(_("资金"), number)
        ),
        "code": forms.ChoiceField(
            label=_("科目"), choices=[("", "—"), *by_hand], required=False, widget=_select(_("科目"), number)
        ),
        "debit": _amount(_("借方"), number),
        "credit": _amount(_("贷方"), number),
    }


def _select(label: Any, number: int) -> forms.Select:
    return forms.Select({"class": "form-select", "aria-label": f"{label} {number + 1}"})


def _amount(label: Any, number: int) -> forms.DecimalField:
    attributes = {"class": "form-control", "inputmode": "decimal", "placeholder": label}
    box = forms.TextInput(attributes | {"aria-label": f"{label} {number + 1}"})
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, required=False, widget=box)
