"""An entry balances within every fund, to the cent; so it balances in total."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from zhongshu.ledger.kinds import INTERFUND

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Leg:
    """One line of an entry, in yuan and whole cents: positive is debit, negative credit."""

    fund: str
    code: str
    amount: Decimal

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or self.amount != self.amount.quantize(CENT):
            raise ValueError(f"{self.amount} is no amount in whole cents")


def as_posted(legs: Iterable[Leg]) -> list[Leg]:
    """The legs that say something, in their order: those of nothing are left out."""
    return [leg for leg in legs if leg.amount]


def differences(legs: Iterable[Leg]) -> Mapping[str, Decimal]:
    """By fund, debits less credits where the two differ; empty when the legs balance."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for leg in legs:
        sums[leg.fund] += leg.amount
    return {fund: total for fund, total in sums.items() if total}


def interfund_difference(legs: Iterable[Leg]) -> Decimal:
    """What the funds say they owe each other, summed up: nothing, when each side has its other."""
    return sum((leg.amount for leg in legs if leg.code == INTERFUND), Decimal(0))


def negated(legs: Iterable[Leg]) -> Sequence[Leg]:
    """The legs of the entry that undoes one with these."""
    return [replace(leg, amount=-leg.amount) for leg in legs]
