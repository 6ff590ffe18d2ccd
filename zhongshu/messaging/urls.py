"""Addresses of messaging."""

from django.urls import path

from zhongshu.messaging.views import channels, customers, log, mine, words

app_name = "messaging"
urlpatterns = [
    path("channels", channels.channels, name="channels"),
    path("channels/health", channels.health, name="health"),
    path("channels/new/<str:kind>", channels.new_channel, name="new_channel"),
    path("channels/<int:channel_id>", channels.channel, name="channel"),
    path("channels/<int:channel_id>/test", channels.test, name="test"),
    path("channels/<int:channel_id>/pause", channels.pause, name="pause"),
    path("channels/<int:channel_id>/resumption", channels.resumption, name="resumption"),
    path("channels/<int:channel_id>/deletion", channels.deletion, name="deletion"),
    path("deliveries", log.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>", log.delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/resending", log.resending, name="resending"),
    path("deliveries/<int:delivery_id>/handing-over", log.handing_over, name="handing_over"),
    path("templates", words.templates, name="templates"),
    path("templates/new", words.new_template, name="new_template"),
    path("templates/preview", words.preview, name="preview"),
    path("templates/<int:template_id>", words.template, name="template"),
    path("templates/<int:template_id>/retirement", words.retirement, name="retirement"),
    path("quiet-hours", words.quiet_hours, name="quiet_hours"),
    path("mine", mine.mine, name="mine"),
    path("mine/push", mine.push, name="push"),
    path("mine/push/ending", mine.push_ending, name="push_ending"),
    path("worker.js", mine.worker, name="worker"),
    path("documents/<int:document_id>", mine.document, name="document"),
    path("customers/<int:customer_id>", customers.customer, name="customer"),
    path("customers/<int:customer_id>/ways", customers.ways, name="ways"),
    path("customers/<int:customer_id>/consents", customers.consents, name="consents"),
]
