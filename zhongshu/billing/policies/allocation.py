"""Which debts a payment clears: by the payer's wish, else the contract, else article 560 of the Civil Code.

Worked examples: docs/algorithms/allocation.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from zhongshu.billing.kinds import OrderUsed, Part, SettleOrder
from zhongshu.kernel.money import ZERO, split

Rank = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """What is open of one charge, in yuan: its principal, and its late fee to date.

    `security`: how well secured it is (0: not at all). `late_fee_rate` per day.
    """

    charge_id: int
    item: str
    period_start: date
    due_on: date
    principal: Decimal
    late_fee: Decimal = ZERO
    late_fee_rate: Decimal = Decimal(0)
    security: int = 0

    @property
    def owed(self) -> Decimal:
        return self.principal + self.late_fee


@dataclass(frozen=True, slots=True)
class Designation:
    """The payer's wish: an item's debts, or certain charges, first. Money for an item beyond what is owed for it stays
    for that item; `keeps_rest`: what is left after the named charges (none named: after what is due) stays as credit.
    """

    item: str = ""
    charges: frozenset[int] = frozenset()
    keeps_rest: bool = False

    def names(self, debt: Debt) -> bool:
        return debt.item == self.item if self.item else debt.charge_id in self.charges


@dataclass(frozen=True, slots=True)
class Rules:
    """How a site settles on a day. `contract_order`: codes of items as the contract names them."""

    on: date
    settle_order: SettleOrder = SettleOrder.PRINCIPAL_FIRST
    contract_order: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """So much of the money for one part of one debt, and the rule that put it there."""

    charge_id: int
    part: Part
    amount: Decimal
    order_used: OrderUsed


@dataclass(frozen=True, slots=True)
class _Claim:
    """What stands on one rung: parts of a debt, the first to be cleared first."""

    debt: Debt
    order_used: OrderUsed
    rank: Rank
    parts: tuple[tuple[Part, Decimal], ...]

    @property
    def amount(self) -> Decimal:
        return sum((amount for _part, amount in self.parts), ZERO)


def allocate(debts: Sequence[Debt], amount: Decimal, rules: Rules, wish: Designation | None = None) -> Sequence[Share]:
    """The shares, in the order in which they were given; together the amount or all that may be cleared by it.

    Claims of the same rank share in proportion, to the cent, by largest remainder, ties in order of item and period.
    """
    wish = wish or Designation()
    shares: list[Share] = []
    left = amount
    for rung in _rungs(_eligible(debts, rules, wish), rules, wish):
        given = min(left, sum((claim.amount for claim in rung), ZERO))
        if given > 0:
            shares += _shared(rung, given)
            left -= given
    return shares


def foremost(debts: Iterable[Debt], amount: Decimal, rules: Rules, wish: Designation | None = None) -> Sequence[Debt]:
    """As many debts as the amount can reach, none of which bears a late fee: `allocate` makes the same of them as of
    all. For money by the hundred thousand, each of which reaches a few of many debts.
    """
    wish, left = wish or Designation(), amount
    ranked = sorted(((_standing_of(debt, rules, wish), debt) for debt in _eligible(debts, rules, wish)), key=_first)
    reached: list[Debt] = []
    for _rank_of_rung, rung in groupby(ranked, key=_first):
        if left <= 0:
            break
        equal = [debt for _rank_of_debt, debt in rung]
        reached += equal
        left -= sum((debt.principal for debt in equal), ZERO)
    return reached


def _standing_of(debt: Debt, rules: Rules, wish: Designation) -> Rank:
    return (not wish.names(debt), debt.due_on > rules.on, *_by_rule(debt, rules)[1])


def _first(ranked: tuple[Rank, Debt]) -> Rank:
    return ranked[0]


def _eligible(debts: Iterable[Debt], rules: Rules, wish: Designation) -> list[Debt]:
    """All debts, or with a wish that keeps the rest only those it is about."""
    if wish.item or wish.charges:
        keeps_rest = wish.keeps_rest or bool(wish.item)
        return [debt for debt in debts if wish.names(debt) or not keeps_rest]
    return [debt for debt in debts if debt.due_on <= rules.on or not wish.keeps_rest]


def _rungs(debts: Iterable[Debt], rules: Rules, wish: Designation) -> Iterator[list[_Claim]]:
    claims = sorted((claim for debt in debts for claim in _claims(debt, rules, wish)), key=_rank)
    for _equal, rung in groupby(claims, key=_rank):
        yield list(rung)


def _rank(claim: _Claim) -> Rank:
    return claim.rank


def _claims(debt: Debt, rules: Rules, wish: Designation) -> list[_Claim]:
    """Late fee first: the debt as a whole. Principal first: all principals of one standing before any late fee."""
    is_wished = wish.names(debt)
    standing = (not is_wished, debt.due_on > rules.on)
    order_used, by_rule = _by_rule(debt, rules)
    order_used = OrderUsed.WISH if is_wished else order_used
    late_fee, principal = (Part.LATE_FEE, debt.late_fee), (Part.PRINCIPAL, debt.principal)
    if rules.settle_order == SettleOrder.LATE_FEE_FIRST:
        return [_Claim(debt, order_used, (*standing, *by_rule), (late_fee, principal))]
    return [
        _Claim(debt, order_used, (*standing, place, *by_rule), (part,))
        for place, part in enumerate((principal, late_fee))
    ]


def _by_rule(debt: Debt, rules: Rules) -> tuple[OrderUsed, Rank]:
    """Items the contract names in its order, then the others; among them the least secured, the most burdensome (the
    higher rate, never the larger amount), the earliest due."""
    order = rules.contract_order
    place = order.index(debt.item) if debt.item in order else len(order)
    used = OrderUsed.CONTRACT if debt.item in order else OrderUsed.LAW
    return used, (place, debt.security, -debt.late_fee_rate, debt.due_on)


def _shared(rung: Sequence[_Claim], given: Decimal) -> Iterator[Share]:
    by_key = {(claim.debt.item, claim.debt.period_start, claim.debt.charge_id): claim for claim in rung}
    portions = split(given, {key: claim.amount for key, claim in by_key.items()})
    for key in sorted(by_key):
        yield from _in_parts(by_key[key], portions[key])


def _in_parts(claim: _Claim, portion: Decimal) -> Iterator[Share]:
    for part, amount in claim.parts:
        given = min(portion, amount)
        portion -= given
        if given > 0:
            yield Share(claim.debt.charge_id, part, given, claim.order_used)
