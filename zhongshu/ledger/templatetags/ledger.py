"""The books' words and the two sides of an amount."""

from decimal import Decimal

from django import template
from django.utils.translation import gettext as _

from zhongshu.ledger.kinds import CHART, FUND_LABELS, VOUCHER_STATE_LABELS, Fund, VoucherState

register = template.Library()

_BADGES = {VoucherState.OPEN: "amber", VoucherState.POSTED: "green"}


@register.filter
def fund_name(fund: str) -> str:
    return str(FUND_LABELS[Fund(fund)])


@register.filter
def account_name(code: str) -> str:
    """As the chart names it, in the reader's language."""
    return str(CHART[code].name)


@register.filter
def state_name(state: str) -> str:
    return str(VOUCHER_STATE_LABELS[VoucherState(state)])


@register.filter
def state_badge(state: str) -> str:
    return _BADGES.get(VoucherState(state), "grey")


@register.filter
def as_debit(amount: Decimal) -> str:
    """An amount as it stands in the column of debits: nothing, unless it is one."""
    return f"{amount:,.2f}" if amount > 0 else ""


@register.filter
def as_credit(amount: Decimal) -> str:
    """Likewise in that of credits, without its sign."""
    return f"{-amount:,.2f}" if amount < 0 else ""


@register.filter
def with_side(amount: Decimal) -> str:
    """A balance as books write it: the side, then the amount without a sign."""
    side = _("借") if amount > 0 else _("贷") if amount < 0 else _("平")
    return f"{side} {abs(amount):,.2f}"
