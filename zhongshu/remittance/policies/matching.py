"""Whose money is it: what a line of a statement says, against the accounts it could be for. Only suggestions.

Who a line belongs to is told by what it names (a unit, an account), by who paid, and by how much. Every reason has its
points; a suggestion is certain when the points suffice, no rival comes near, and what was paid or who paid agrees with
what is named. Certain still means: a person confirms it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Final

from zhongshu.remittance.kinds import MatchReason

POINTS: Final = {
    MatchReason.ACCOUNT_NUMBER: 55,
    MatchReason.PLACE: 50,
    MatchReason.REMEMBERED: 50,
    MatchReason.REMEMBERED_SHARED: 20,
    MatchReason.OWNER: 35,
    MatchReason.MEMBER: 30,
    MatchReason.NAMED: 25,
    MatchReason.OPEN_SUM: 30,
    MatchReason.PART: 15,
    MatchReason.OTHER_PLACE: -40,
}
CERTAIN: Final = 80
LEAD: Final = 25
MOST: Final = 5
_IDENTITY: Final = frozenset(POINTS) - {MatchReason.OPEN_SUM, MatchReason.PART, MatchReason.OTHER_PLACE}


@dataclass(frozen=True, slots=True)
class Debt:
    """An open charge of an account: what it still comes to."""

    item: str
    period: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account a line could be for. `owners` and `members` are names, `debts` what is open, the oldest first."""

    account_id: int
    number: str
    owners: frozenset[str]
    members: frozenset[str] = frozenset()
    debts: tuple[Debt, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """A line of a statement. `named_places`: the accounts of the places that the remark names, `remembered`: those for
    which money from the same bank account was confirmed before.
    """

    amount: Decimal
    payer_name: str
    remark: str
    named_places: frozenset[int] = frozenset()
    remembered: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`reasons` explain `score`; see POINTS."""

    account_id: int
    score: int
    reasons: tuple[MatchReason, ...]
    is_certain: bool = False


def suggestions(paid: Paid, candidates: Iterable[Candidate]) -> tuple[Suggestion, ...]:
    """The likeliest accounts, the best first; nobody whom nothing but an amount speaks for."""
    found = [one for candidate in candidates if (one := _weighed(paid, candidate)) is not None]
    found.sort(key=lambda one: (-one.score, one.account_id))
    if found and _is_certain(found):
        found[0] = Suggestion(found[0].account_id, found[0].score, found[0].reasons, is_certain=True)
    return tuple(found[:MOST])


def _weighed(paid: Paid, candidate: Candidate) -> Suggestion | None:
    reasons = (*_who(paid, candidate), *_how_much(paid.amount, candidate.debts))
    score = sum(POINTS[reason] for reason in reasons)
    if not _IDENTITY & set(reasons) or score <= 0:
        return None
    return Suggestion(candidate.account_id, score, reasons)


def _who(paid: Paid, candidate: Candidate) -> Iterable[MatchReason]:
    """What names the account, then who paid."""
    if _says(paid.remark, candidate.number):
        yield MatchReason.ACCOUNT_NUMBER
    if candidate.account_id in paid.named_places:
        yield MatchReason.PLACE
    elif paid.named_places:
        yield MatchReason.OTHER_PLACE
    if candidate.account_id in paid.remembered:
        yield MatchReason.REMEMBERED if len(paid.remembered) == 1 else MatchReason.REMEMBERED_SHARED
    payer = name_key(paid.payer_name)
    if payer in candidate.owners:
        yield MatchReason.OWNER
    elif payer in candidate.members:
        yield MatchReason.MEMBER
    elif any(len(name) > 1 and name in paid.remark for name in candidate.owners | candidate.members):
        yield MatchReason.NAMED


def _says(remark: str, number: str) -> bool:
    """The number stands in the remark by itself: A12 is not in A123."""
    at = remark.find(number) if len(number) >= 4 else -1
    while at >= 0:
        around = remark[max(0, at - 1) : at] + remark[at + len(number) : at + len(number) + 1]
        if not any(char.isascii() and (char.isalnum() or char == "-") for char in around):
            return True
        at = remark.find(number, at + 1)
    return False


def _how_much(amount: Decimal, debts: Sequence[Debt]) -> Iterable[MatchReason]:
    if debts and amount == sum(debt.amount for debt in debts):
        yield MatchReason.OPEN_SUM
    elif amount in _parts(debts):
        yield MatchReason.PART


def _parts(debts: Sequence[Debt]) -> set[Decimal]:
    """What people pay when not everything: one charge, the oldest few, all of an item, all of a month."""
    items = {debt.item for debt in debts}
    months = {debt.period for debt in debts}
    return {
        *(debt.amount for debt in debts),
        *accumulate(debt.amount for debt in debts),
        *(sum((debt.amount for debt in debts if debt.item == item), Decimal(0)) for item in items),
        *(sum((debt.amount for debt in debts if debt.period == month), Decimal(0)) for month in months),
    }


def _is_certain(found: Sequence[Suggestion]) -> bool:
    best, second = found[0], found[1].score if len(found) > 1 else 0
    return best.score >= CERTAIN and best.score - second >= LEAD and MatchReason.OTHER_PLACE not in best.reasons


def name_key(name: str) -> str:
    """A name without spaces, as it is compared: 张 伟 is 张伟."""
    return "".join(name.split())
