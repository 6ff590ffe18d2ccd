"""Billing over `/api/v1`: everything its pages can do."""

from ninja import Router

from zhongshu.billing.api import payments, reliefs

router = Router(tags=["billing"])
for part in (payments, reliefs):
    router.add_router("", part.router)
