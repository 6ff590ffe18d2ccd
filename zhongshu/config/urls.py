"""All addresses."""

from django.urls import URLPattern, URLResolver, include, path

from zhongshu.config.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("zhongshu.identity.urls")),
    path("admin/", include("zhongshu.webhooks.urls")),
    path("", include("zhongshu.console.urls")),
    path("estate/", include("zhongshu.estate.urls")),
    path("people/", include("zhongshu.people.urls")),
    path("messages/", include("zhongshu.messaging.urls")),
    path("orders/", include("zhongshu.work.urls")),
    path("cases/", include("zhongshu.cases.urls")),
    path("knowledge/", include("zhongshu.knowledge.urls")),
    path("channels/", include("zhongshu.channels.urls")),
    path("scene/", include("zhongshu.scene.urls")),
    path("quality/", include("zhongshu.quality.urls")),
    path("ledger/", include("zhongshu.ledger.urls")),
    path("billing/", include("zhongshu.billing.urls")),
    path("cashier/", include("zhongshu.cashier.urls")),
    path("remittance/", include("zhongshu.remittance.urls")),
    path("collecting/", include("zhongshu.collecting.urls")),
    path("community/", include("zhongshu.community.urls")),
    path("care/", include("zhongshu.care.urls")),
    path("foresight/", include("zhongshu.foresight.urls")),
    path("insight/", include("zhongshu.insight.urls")),
    path("resident/", include("zhongshu.portal.urls")),
    path("demo/", include("zhongshu.simulation.urls")),
]
