"""Asking the providers about what is due: orders, refunds, bills."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.remittance.actions.bills import read_bill
from zhongshu.remittance.actions.orders import ask_order
from zhongshu.remittance.actions.refunds import ask_refund
from zhongshu.remittance.models import OnlineOrder, OnlineRefund, ProviderAccount, ProviderBill

AT_ONCE = 100
IN_HAND = timedelta(minutes=5)
"""Whoever asks has so long; after that it is due again, should they have died."""


def ask_due(*, actor: Actor, at: datetime) -> dict[str, int]:
    """Ask about everything due as of `at`; how much of each. Safe to run twice and beside itself: a rival leaves what
    is in hand. One that fails does not stop the others."""
    failed: list[Exception] = []
    said: dict[str, Any] = {"actor": actor, "at": at}
    done = {
        "online_orders": _each(OnlineOrder, lambda pk: ask_order(order_id=pk, **said), at, failed),
        "online_refunds": _each(OnlineRefund, lambda pk: ask_refund(refund_id=pk, **said), at, failed),
        "provider_bills": _each(ProviderBill, lambda pk: read_bill(bill_id=pk, **said), at, failed),
    }
    if failed:
        raise failed[0] if len(failed) == 1 else ExceptionGroup("asking the providers failed", failed)
    return done


@audit.unaudited("reading the bill is what leaves a line")
def want_bills(*, at: datetime) -> int:
    """Yesterday's bill of every merchant account is to be read; how many are new."""
    yesterday = day_of(at) - timedelta(days=1)
    rows = [
        ProviderBill(site_id=merchant.site_id, merchant=merchant, day=yesterday, next_ask_at=at)
        for merchant in ProviderAccount.objects.filter(is_on=True)
    ]
    known = ProviderBill.objects.filter(day=yesterday).count()
    ProviderBill.objects.bulk_create(rows, ignore_conflicts=True)
    return ProviderBill.objects.filter(day=yesterday).count() - known


def _each(model: type[models.Model], act: Callable[[int], object], at: datetime, failed: list[Exception]) -> int:
    due = _claimed(model, at)
    for pk in due:
        try:
            act(pk)
        except Exception as error:  # the others must not wait for the one that is broken
            failed.append(error)
    return len(due)


@transaction.atomic
def _claimed(model: Any, at: datetime) -> list[int]:
    rows = model.objects.select_for_update(skip_locked=True).filter(next_ask_at__lte=at)
    due = list(rows.order_by("next_ask_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    model.objects.filter(pk__in=due).update(next_ask_at=at + IN_HAND)
    return due
