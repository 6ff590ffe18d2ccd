"""How households pay: their habits as payers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from zhongshu.billing.kinds import PaymentMethod
from zhongshu.collecting.kinds import Outcome


class Kind(StrEnum):
    """How a household pays, all its life."""

    PROMPT = "prompt"
    FORGETFUL = "forgetful"
    YEARLY = "a year ahead"
    BY_DEBIT = "by direct debit"
    BY_TRANSFER = "by transfer"
    DISPUTING = "disputing"
    AWAY = "away"
    IN_HARDSHIP = "in hardship"
    STUBBORN = "when those above the keeper come"
    DEBTOR = "a debtor for years"


KINDS = dict(zip(Kind, (38, 16, 10, 14, 8, 3, 4, 3, 2, 2), strict=True))
#: The days of the month on which they think of it, and how likely they do. Who pays by debit need not think.
THINKS = {
    Kind.PROMPT: (1, 9, 0.97),
    Kind.FORGETFUL: (10, 28, 0.4),
    Kind.YEARLY: (1, 9, 0.97),
    Kind.BY_DEBIT: (1, 3, 0.0),
    Kind.BY_TRANSFER: (1, 14, 0.9),
    Kind.DISPUTING: (2, 12, 0.6),
    Kind.AWAY: (5, 25, 0.12),
    Kind.IN_HARDSHIP: (8, 28, 0.5),
    Kind.STUBBORN: (1, 28, 0.0),
    Kind.DEBTOR: (1, 28, 0.0),
}
#: In these months the developer pays for what is not sold yet.
DEVELOPER_PAYS = (3, 6, 9, 12)
_PROMISES = {Outcome.PROMISED: 9, Outcome.OTHER: 1}
#: What they say when they are asked.
SAYS: Mapping[Kind, Mapping[Outcome, int]] = dict.fromkeys(Kind, _PROMISES) | {
    Kind.DISPUTING: {Outcome.DISPUTED: 6, Outcome.PROMISED: 4},
    Kind.AWAY: {Outcome.UNREACHED: 7, Outcome.PROMISED: 3},
    Kind.IN_HARDSHIP: {Outcome.HARDSHIP: 7, Outcome.PROMISED: 3},
    Kind.STUBBORN: {Outcome.PROMISED: 7, Outcome.OTHER: 3},
    Kind.DEBTOR: {Outcome.REFUSED: 7, Outcome.PROMISED: 3},
}
#: How likely they do what they promised.
KEEPS_WORD: Mapping[Kind, float] = dict.fromkeys(Kind, 0.7) | {
    Kind.IN_HARDSHIP: 0.2,
    Kind.DEBTOR: 0.02,
}
AT_COUNTER = {PaymentMethod.CASH: 4, PaymentMethod.POS: 5, PaymentMethod.TRANSFER: 1}


@dataclass(frozen=True, slots=True)
class Payer:
    """A household as a payer."""

    kind: Kind
    method: PaymentMethod
    has_wishes: bool


def payer_of(seed: str, number: str) -> Payer:
    """The same household is always the same."""
    dice = Random(f"{seed}:payer:{number}")  # noqa: S311
    return Payer(
        kind=dice.choices(list(KINDS), list(KINDS.values()))[0],
        method=dice.choices(list(AT_COUNTER), list(AT_COUNTER.values()))[0],
        has_wishes=dice.random() < 0.1,
    )


def pays_ahead_then(seed: str, number: str) -> bool:
    """Whether a household that pays its debts pays a year ahead with them, so as not to be asked again."""
    return Random(f"{seed}:ahead:{number}").random() < 0.5  # noqa: S311
