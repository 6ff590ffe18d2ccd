"""Deposits that are held."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from zhongshu.billing.kinds import Method, PaymentMethod
from zhongshu.billing.models import Allocation, Charge, ChargeItem
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.billing.policies.cycles import months_later
from zhongshu.cashier.lifecycle import ReleaseState
from zhongshu.cashier.models import DepositRelease
from zhongshu.estate.queries import found
from zhongshu.identity.actor import Actor
from zhongshu.kernel.money import ZERO

_YUAN: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=14, decimal_places=2)


def held(charge_id: int, *, asked_for: bool = False) -> Decimal:
    """What was paid of a deposit and not released, in yuan; less what is asked for and not decided, if so wished."""
    paid = Allocation.objects.filter(charge_id=charge_id, payment__isnull=False).aggregate(yuan=Sum("amount"))["yuan"]
    counts = [ReleaseState.APPROVED, ReleaseState.PROPOSED] if asked_for else [ReleaseState.APPROVED]
    gone = DepositRelease.objects.filter(charge_id=charge_id, state__in=counts)
    released = gone.aggregate(yuan=Sum("amount"))["yuan"]
    return (paid or ZERO) - (released or ZERO)


def deposits_listed(
    actor: Actor, *, site_id: int, text: str = "", least_months: int = 0, on: date
) -> "QuerySet[Charge]":
    """Deposits of the site of which something is held (`held`, yuan), the oldest first; of the account, unit or
    customer named, and at least so many months old on the day.
    """
    rows = _held_rows(actor, site_id=site_id, held__gt=0)
    if text:
        exact = Q(account__number=text) | Q(account__unit__code=text) | Q(place__code=text)
        rows = rows.filter(exact | Q(account__customer__name__icontains=text) | Q(account__unit__label__icontains=text))
    if least_months:
        rows = rows.filter(issued_on__lte=months_later(on, -least_months).replace(day=min(on.day, 28)))
    return rows.order_by("issued_on", "pk")


def deposit_seen(actor: Actor, charge_id: int) -> Charge:
    """Raises NotFound."""
    return found(_held_rows(actor, pk=charge_id))


def _held_rows(actor: Actor, **wanted: Any) -> "QuerySet[Charge]":
    paid = Allocation.objects.filter(charge=OuterRef("pk"), payment__isnull=False).values("charge")
    released = DepositRelease.objects.filter(charge=OuterRef("pk"), state=ReleaseState.APPROVED).values("charge")
    rows = actor.visible(Charge.objects.filter(item__method=Method.DEPOSIT), VIEW_BILLING)
    sums = {"paid": _summed(paid), "released": _summed(released)}
    related = ("site", "item", "account__unit", "account__customer", "place")
    return rows.annotate(**sums).annotate(held=F("paid") - F("released")).filter(**wanted).select_related(*related)


def deductible_items(site_id: int) -> list[tuple[str, str]]:
    """Code and name of what may be kept of a deposit: the site's one-off items."""
    rows = ChargeItem.objects.filter(site_id=site_id, is_active=True, method=Method.ONE_OFF).order_by("code")
    return list(rows.values_list("code", "name"))


def releases_seen(actor: Actor) -> "QuerySet[DepositRelease]":
    """The latest first."""
    rows = actor.visible(DepositRelease.objects.all(), VIEW_BILLING)
    related = ("site", "charge__item", "charge__place", "charge__account__customer", "charge__account__unit")
    people = ("proposed_by", "decided_by", "shift")
    return rows.select_related(*related, *people).order_by("-proposed_at", "-pk")


def releases_to_pay(actor: Actor, site_id: int) -> "QuerySet[DepositRelease]":
    """Approved, to be paid in cash, and not paid yet."""
    rows = releases_seen(actor).filter(site_id=site_id, state=ReleaseState.APPROVED, method=PaymentMethod.CASH)
    return rows.filter(entry__isnull=True, amount__gt=F("deducted"))


def release_by_number(actor: Actor, number: str) -> DepositRelease:
    """Raises NotFound."""
    return found(releases_seen(actor).filter(number=number))


def _summed(rows: "QuerySet[Any, Any]") -> Coalesce:
    total = rows.annotate(yuan=Sum("amount")).values("yuan")
    return Coalesce(Subquery(total, output_field=_YUAN), Value(ZERO), output_field=_YUAN)
