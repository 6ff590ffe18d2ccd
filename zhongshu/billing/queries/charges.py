"""Lists of charges, and how one came about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from zhongshu.billing.models import Charge
from zhongshu.billing.queries.items import standing
from zhongshu.estate.models import Account
from zhongshu.estate.queries import search_accounts

_MOST_ACCOUNTS = 50


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


def months_of(charge: Charge) -> list[dict[str, Any]]:
    """The months a run's charge is made of, as its detail tells them; a single whole month follows from the charge."""
    told = charge.detail.get("months")
    if told is not None or charge.run_id is None:
        return list(told or [])
    price = f"{charge.unit_price.normalize():f}"
    return [{"month": f"{charge.period_start:%Y-%m}", "price": price, "amount": str(charge.amount)}]
