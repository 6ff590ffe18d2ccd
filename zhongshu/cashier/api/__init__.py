"""Cashier over `/api/v1`."""

from ninja import Router

from zhongshu.cashier.api import cards, counter, drawer, invoices

router = Router(tags=["cashier"])
for part in (counter, drawer, cards, invoices):
    router.add_router("", part.router)
