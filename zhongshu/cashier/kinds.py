"""The words of the counter."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class CashGoes(StrEnum):
    """Where the cash of a shift goes when it ends."""

    BANK = "bank"
    COLLEAGUE = "colleague"
    DRAWER = "drawer"


CASH_GOES_LABELS = {
    CashGoes.BANK: _("存入银行"),
    CashGoes.COLLEAGUE: _("交接给同事"),
    CashGoes.DRAWER: _("留作下一班备用金"),
}

DENOMINATIONS = ("100", "50", "20", "10", "5", "1", "0.5", "0.1")
"""Notes and coins in use, yuan."""
