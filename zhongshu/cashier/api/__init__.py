"""Cashier over `/api/v1`."""

from ninja import Router

from zhongshu.cashier.api import counter

router = Router(tags=["cashier"])
for part in (counter,):
    router.add_router("", part.router)
