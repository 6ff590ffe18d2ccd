"""Deposits that are held."""

from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from zhongshu.billing.kinds import Method
from zhongshu.billing.models import Allocation, Charge
from zhongshu.billing.permissions import VIEW_BILLING
from zhongshu.cashier.lifecycle import ReleaseState
from zhongshu.cashier.models import DepositRelease
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


def deposits_listed(actor: Actor, *, site_id: int) -> "QuerySet[Charge]":
    """Deposits of the site of which something is held (`held`, yuan), the oldest first."""
    paid = Allocation.objects.filter(charge=OuterRef("pk"), payment__isnull=False).values("charge")
    released = DepositRelease.objects.filter(charge=OuterRef("pk"), state=ReleaseState.APPROVED).values("charge")
    rows = actor.visible(Charge.objects.filter(site_id=site_id, item__method=Method.DEPOSIT), VIEW_BILLING)
    sums = {"paid": _summed(paid), "released": _summed(released)}
    return (
        rows.annotate(**sums).annotate(held=F("paid") - F("released")).filter(held__gt=0)
        .select_related("item", "account__unit", "account__customer", "place").order_by("issued_on", "pk")
    )  # fmt: skip


def _summed(rows: "QuerySet[Any, Any]") -> Coalesce:
    total = rows.annotate(yuan=Sum("amount")).values("yuan")
    return Coalesce(Subquery(total, output_field=_YUAN), Value(ZERO), output_field=_YUAN)
