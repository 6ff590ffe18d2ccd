"""Lists of charges, and how one came about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from zhongshu.billing.kinds import ReliefKind
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import Allocation, Charge, Relief
from zhongshu.billing.queries.items import standing
from zhongshu.estate.models import Account
from zhongshu.estate.queries import search_accounts

_MOST_ACCOUNTS = 50
_REVERSALS = Relief.objects.filter(kind=ReliefKind.REVERSAL, state=ProposalState.APPROVED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of charges is narrowed to. `text`: a unit's code or label, an account's number, a name. `state`:
    `open`, `paid`, `reversed`, empty for all."""

    text: str = ""
    item: str = ""
    period: date | None = None
    state: str = ""
    run: int | None = None


def charges_listed(site_id: int, wanted: Wanted) -> "QuerySet[Charge]":
    """The latest first, with account, place and item."""
    rows = Charge.objects.filter(site_id=site_id).select_related("account__customer", "place", "item")
    if wanted.text:
        rows = rows.filter(account__in=_accounts(site_id, wanted.text))
    if wanted.item:
        rows = rows.filter(item__code=wanted.item)
    if wanted.period:
        rows = rows.filter(period_start=wanted.period)
    if wanted.run:
        rows = rows.filter(run_id=wanted.run)
    return _in_state(rows, wanted.state).order_by("-pk")


def _in_state(rows: "QuerySet[Charge]", state: str) -> "QuerySet[Charge]":
    if state == "open":
        return rows.filter(open_amount__gt=0)
    if state == "paid":
        return standing(rows.filter(open_amount=0))
    return rows.exclude(pk__in=standing(rows).values("pk")) if state == "reversed" else rows


def _accounts(site_id: int, text: str) -> list[int]:
    by_number = Account.objects.filter(site_id=site_id, number=text).values_list("pk", flat=True)
    return [*by_number, *(account.pk for account in search_accounts(site_id, text, limit=_MOST_ACCOUNTS))]


def cleared_by(charge: Charge) -> "QuerySet[Allocation]":
    """What cleared it, by day, with the payment or the relief; also what was `undone` since, which counts no more."""
    rows = charge.allocations.filter(undoes__isnull=True).select_related("payment", "relief", "undone")
    return rows.order_by("on", "pk")


def with_reversal(charges: "QuerySet[Charge]") -> "QuerySet[Charge]":
    """Each with `is_reversed`: whether it was found wrong."""
    return charges.annotate(is_reversed=Exists(_REVERSALS.filter(charge=OuterRef("pk"))))


def is_reversed(charge: Charge) -> bool:
    return _REVERSALS.filter(charge=charge).exists()


def months_of(charge: Charge) -> list[dict[str, Any]]:
    """The months a run's charge is made of, as its detail tells them; a single whole month follows from the charge."""
    told = charge.detail.get("months")
    if told is not None or charge.run_id is None:
        return list(told or [])
    price = f"{charge.unit_price.normalize():f}"
    return [{"month": f"{charge.period_start:%Y-%m}", "price": price, "amount": str(charge.amount)}]
