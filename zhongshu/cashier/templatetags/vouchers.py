"""How the pages of cards and invoices write states."""

from decimal import Decimal

from django import template

from zhongshu.cashier.lifecycle import CardState, InvoiceState

register = template.Library()

_CARDS = {CardState.ACTIVE: "green", CardState.BLOCKED: "red"}
_INVOICES = {
    InvoiceState.REQUESTED: "amber",
    InvoiceState.ISSUING: "amber",
    InvoiceState.ISSUED: "green",
    InvoiceState.FAILED: "red",
    InvoiceState.RED_REQUESTED: "amber",
    InvoiceState.RED_CONFIRMED: "amber",
}


@register.filter
def card_badge(state: str) -> str:
    return _CARDS.get(CardState(state), "grey")


@register.filter
def invoice_badge(state: str) -> str:
    return _INVOICES.get(InvoiceState(state), "grey")


@register.filter
def percent(rate: Decimal) -> str:
    """0.06 as 6%, 0.015 as 1.5%."""
    return f"{(rate * 100).normalize():f}%"
