"""What may stand on an invoice: the buyer, the lines, the tax by rate."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from zhongshu.kernel.money import ZERO, rounded
from zhongshu.ledger.kinds import Fund

INVOICED_FUNDS = (Fund.OPERATING, Fund.COMMON_AREA_REVENUE)
"""A deposit is owed back and the maintenance fund is the owners' own money: neither is anybody's sale."""

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PLAIN = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{17,18}|[0-9A-Z]{20}")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class RateSum:
    """Of one tax rate, in yuan: without tax, and the tax."""

    rate: Decimal
    net: Decimal
    tax: Decimal


def tax_by_rate(lines: Iterable[tuple[Decimal, Decimal, Decimal]]) -> list[RateSum]:
    """Lines as (rate, amount with tax, tax), summed by rate, the highest first."""
    sums: dict[Decimal, tuple[Decimal, Decimal]] = {}
    for rate, amount, tax in lines:
        net, taxed = sums.get(rate, (ZERO, ZERO))
        sums[rate] = (net + amount - tax, taxed + tax)
    return [RateSum(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]


def tax_of_part(part: Decimal, *, before: Decimal, rate: Decimal) -> Decimal:
    """The tax in `part` of a charge of which `before` is invoiced already: the parts' taxes add up to the charge's."""
    return _tax_in(before + part, rate) - _tax_in(before, rate)


def _tax_in(amount: Decimal, rate: Decimal) -> Decimal:
    return rounded(amount * rate / (1 + rate))


def is_tax_number(number: str) -> bool:
    """15, 17, 18 or 20 capitals and digits; 18 with the check digit of a credit code (GB 32100) or of an identity card
    (GB 11643), so that a slip of the hand is noticed before the tax platform does.
    """
    if not _PLAIN.fullmatch(number):
        return False
    return len(number) != 18 or _is_credit_code(number) or _is_identity_number(number)


def _is_credit_code(number: str) -> bool:
    if any(char not in _ALPHABET for char in number):
        return False
    total = sum(_ALPHABET.index(char) * pow(3, nth, 31) for nth, char in enumerate(number[:17]))
    return _ALPHABET[-total % 31] == number[17]


def _is_identity_number(number: str) -> bool:
    if not number[:17].isdigit():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17]


def ask_again_after(attempts: int) -> timedelta:
    """How long to wait for the platform after so many questions without an answer: 10 seconds, then twice as long each
    time, at most an hour."""
    return min(timedelta(hours=1), timedelta(seconds=10 << min(attempts, 12)))


def is_invoice_number(number: str) -> bool:
    """20 digits (数电票)."""  # matter
    return len(number) == 20 and number.isascii() and number.isdigit()
