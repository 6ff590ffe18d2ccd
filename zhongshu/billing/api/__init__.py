"""Billing over `/api/v1`: everything its pages can do."""

from ninja import Router

from zhongshu.billing.api import metering, payments, pricing, reliefs, statements

router = Router(tags=["billing"])
for part in (metering, payments, pricing, reliefs, statements):
    router.add_router("", part.router)
