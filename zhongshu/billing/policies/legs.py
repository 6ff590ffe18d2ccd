"""Which accounts of the ledger a movement of billing goes through. Positive is debit."""

from collections.abc import Mapping
from decimal import Decimal

from zhongshu.billing.kinds import Method, PaymentMethod, ReliefKind
from zhongshu.kernel.money import ZERO, rounded
from zhongshu.ledger.kinds import (
    BANK,
    CARD,
    CASH,
    CLEARING,
    CREDIT,
    DEPOSITS,
    INCOME,
    INTERFUND,
    LATE_FEE_INCOME,
    OWNERS_FUND,
    RECEIVABLE,
    RELIEF_EXPENSE,
    VAT_OUTPUT,
    WRITE_OFF,
    Fund,
)
from zhongshu.ledger.policies import Leg

HOME = Fund.OPERATING
"""The fund that takes all money in and keeps account credit; other funds get theirs through INTERFUND."""

MONEY = {
    PaymentMethod.CASH: CASH,
    PaymentMethod.POS: CLEARING,
    PaymentMethod.TRANSFER: BANK,
    PaymentMethod.WECHAT: CLEARING,
    PaymentMethod.ALIPAY: CLEARING,
    PaymentMethod.DIRECT_DEBIT: BANK,
    PaymentMethod.CARD: CARD,
    PaymentMethod.DEPOSIT: CLEARING,
    PaymentMethod.OTHER: CLEARING,
}


def vat_in(amount: Decimal, rate: Decimal) -> Decimal:
    """The tax contained in an amount, to the cent."""
    return rounded(amount * rate / (1 + rate))


def income_code(fund: str, method: str) -> str:
    """What a charge earns: a deposit is owed back, the owners' funds are the owners', the rest is income."""
    if fund == Fund.DEPOSITS:
        return DEPOSITS
    if fund != Fund.OPERATING:
        return OWNERS_FUND
    return LATE_FEE_INCOME if method == Method.LATE_FEE else INCOME


def charged(fund: str, method: str, amount: Decimal, vat: Decimal) -> list[Leg]:
    """A charge was issued: `amount` with `vat` in it."""
    return [
        Leg(fund, RECEIVABLE, amount),
        Leg(fund, income_code(fund, method), vat - amount),
        Leg(fund, VAT_OUTPUT, -vat),
    ]


def cleared(code: str, by_fund: Mapping[str, Decimal], *, credit: Decimal = ZERO) -> list[Leg]:
    """Money (`code`: MONEY of its method, or CREDIT when drawn) cleared so much in each fund; `credit` is left over."""
    legs = [Leg(HOME, code, sum(by_fund.values(), credit)), Leg(HOME, CREDIT, -credit)]
    for fund, amount in sorted(by_fund.items()):
        legs.append(Leg(fund, RECEIVABLE, -amount))
        if fund != HOME:
            legs += [Leg(HOME, INTERFUND, -amount), Leg(fund, INTERFUND, amount)]
    return legs


def relieved(kind: str, fund: str, method: str, amount: Decimal) -> list[Leg]:
    """So much of a charge is waived, discounted or written off. What would have been the owners', or owed back, is
    simply less of it."""
    expense = WRITE_OFF if kind == ReliefKind.WRITE_OFF else RELIEF_EXPENSE
    code = expense if fund == HOME else income_code(fund, method)
    return [Leg(fund, code, amount), Leg(fund, RECEIVABLE, -amount)]
