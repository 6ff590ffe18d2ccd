"""Insight over `/api/v1`: everything its pages show."""

from ninja import Router

from zhongshu.insight.api import money, reports

router = Router(tags=["insight"])
for part in (reports, money):
    router.add_router("", part.router)
