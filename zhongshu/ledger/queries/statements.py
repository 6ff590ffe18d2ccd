"""The statement of an account: its legs in order, each with what stands on the account after it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from zhongshu.identity.actor import Actor
from zhongshu.ledger.models import LedgerAccount, Leg
from zhongshu.ledger.permissions import VIEW_LEDGER
from zhongshu.ledger.queries.balances import NOTHING
from zhongshu.ledger.queries.entries import not_found


@dataclass(frozen=True, slots=True)
class Turnover:
    """An account over some days. `opening` and `closing` are debits less credits before the first and on the last."""

    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Line:
    """A leg and the balance after it."""

    leg: Leg
    balance: Decimal


def accounts_visible(actor: Actor) -> "QuerySet[LedgerAccount]":
    """Accounts of the sites whose books the actor may read."""
    return actor.visible(LedgerAccount.objects.select_related("site"), VIEW_LEDGER)


def account_by_id(actor: Actor, account_id: int) -> LedgerAccount:
    """Raises NotFound."""
    found = accounts_visible(actor).filter(pk=account_id).first()
    if found is None:
        raise not_found()
    return found


def legs_on(account: LedgerAccount, *, since: date | None, until: date | None) -> "QuerySet[Leg]":
    """The account's legs of those days, both included, in the order of the books, with their entries."""
    rows = account.legs.select_related("entry").order_by("entry__dated_on", "entry_id", "id")
    rows = rows.filter(entry__dated_on__gte=since) if since else rows
    return rows.filter(entry__dated_on__lte=until) if until else rows


def turnover(account: LedgerAccount, *, since: date | None, until: date | None) -> Turnover:
    """What the days brought. One statement."""
    before = Q(entry__dated_on__lt=since) if since else Q(pk__in=[])
    rows = account.legs.filter(entry__dated_on__lte=until) if until else account.legs.all()
    sums = rows.aggregate(
        opening=Sum("amount", filter=before),
        debit=Sum("amount", filter=~before & Q(amount__gt=0)),
        credit=Sum("amount", filter=~before & Q(amount__lt=0)),
    )
    return Turnover(sums["opening"] or NOTHING, sums["debit"] or NOTHING, -(sums["credit"] or NOTHING))


def with_balances(account: LedgerAccount, legs: Sequence[Leg]) -> list[Line]:
    """Legs that follow each other in the books, each with the balance after it. One statement besides."""
    return list(running(legs, balance_before(account, legs[0]))) if legs else []


def running(legs: Iterable[Leg], opening: Decimal) -> Iterator[Line]:
    """Likewise, where what stood before is known."""
    balance = opening
    for leg in legs:
        balance += leg.amount
        yield Line(leg, balance)


def balance_before(account: LedgerAccount, leg: Leg) -> Decimal:
    """What stood on the account just before the leg."""
    day, entry_id = leg.entry.dated_on, leg.entry_id
    earlier = Q(entry__dated_on__lt=day) | Q(entry__dated_on=day, entry_id__lt=entry_id)
    same = Q(entry_id=entry_id, id__lt=leg.pk)
    total: Decimal | None = account.legs.filter(earlier | same).aggregate(total=Sum("amount"))["total"]
    return total if total is not None else NOTHING
