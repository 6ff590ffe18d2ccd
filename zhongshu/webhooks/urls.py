"""Addresses of webhooks."""

from django.urls import path

from zhongshu.webhooks.views import deliveries, endpoints

app_name = "webhooks"
urlpatterns = [
    path("webhooks", endpoints.endpoints, name="endpoints"),
    path("webhooks/new", endpoints.new_endpoint, name="new_endpoint"),
    path("webhooks/<int:endpoint_id>", endpoints.endpoint, name="endpoint"),
    path("webhooks/<int:endpoint_id>/edit", endpoints.edit, name="edit_endpoint"),
    path("webhooks/<int:endpoint_id>/secret", endpoints.secret, name="secret"),
    path("webhooks/<int:endpoint_id>/test", endpoints.test, name="test"),
    path("webhooks/<int:endpoint_id>/pause", endpoints.pause, name="pause"),
    path("webhooks/<int:endpoint_id>/resumption", endpoints.resumption, name="resumption"),
    path("webhooks/<int:endpoint_id>/deletion", endpoints.deletion, name="deletion"),
    path("webhooks/<int:endpoint_id>/failed/replay", endpoints.failed_replay, name="failed_replay"),
    path("webhooks/<int:endpoint_id>/replay", endpoints.period_replay, name="period_replay"),
    path("webhooks/deliveries", deliveries.deliveries, name="deliveries"),
    path("webhooks/deliveries/<int:delivery_id>", deliveries.delivery, name="delivery"),
    path("webhooks/deliveries/<int:delivery_id>/replay", deliveries.replay, name="replay"),
]
