"""What goes out: texts, deliveries, every try, receipts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.messaging.kinds import WAY_LABELS
from zhongshu.messaging.lifecycle import DELIVERY_STATE_LABELS, DeliveryState
from zhongshu.messaging.models.channels import Channel
from zhongshu.messaging.models.customers import CustomerNotice
from zhongshu.messaging.models.inbox import Message

OPEN = (DeliveryState.WAITING, DeliveryState.HELD)


class Template(models.Model):
    """A version of the words for one kind of message (empty: every other kind), way and language.

    `vendor_id` is what the SMS vendor or WeChat knows the text by. In force until `retired_at`.
    """

    kind = models.CharField(max_length=40, blank=True)
    way = models.CharField(max_length=8, choices=choices(WAY_LABELS))
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    vendor_id = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "way", "language", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "way", "language", "version"], name="template_version_once"),
            models.UniqueConstraint(
                fields=["kind", "way", "language"],
                name="template_in_force_once",
                condition=models.Q(retired_at__isnull=True),
            ),
        ]


class Delivery(models.Model):
    """A message or notice that goes out by one way. `key` names it once for all: no second row is ever written for it.

    `channel` null: nobody carries it but a person (letters). `tries` counts what was handed over; `claimed_at`
    is when the last of them began; `provider_ids` is what the carrier calls it. `text` is what was said.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="deliveries")
    notice = models.ForeignKey(CustomerNotice, on_delete=models.CASCADE, null=True, related_name="deliveries")
    way = models.CharField(max_length=8, choices=choices(WAY_LABELS))
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, null=True, related_name="deliveries")
    key = models.CharField(max_length=240, unique=True)
    address = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=choices(DELIVERY_STATE_LABELS), default=DeliveryState.WAITING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    provider_ids = ArrayField(models.CharField(max_length=80), default=list)
    template = models.ForeignKey(Template, on_delete=models.PROTECT, null=True)
    text = models.TextField(blank=True)
    parts = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_of_one_thing",
                condition=models.Q(message__isnull=False, notice__isnull=True)
                | models.Q(message__isnull=True, notice__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["channel", "next_try_at"], name="delivery_due", condition=models.Q(state__in=OPEN)),
            models.Index(
                fields=["claimed_at"], name="delivery_in_hand", condition=models.Q(state=DeliveryState.SENDING)
            ),
            models.Index(fields=["site", "-created_at"], name="delivery_log"),
            models.Index(
                fields=["channel", "sent_at"],
                name="delivery_awaits_receipt",
                condition=models.Q(state=DeliveryState.SENT),
            ),
        ]


class Attempt(models.Model):
    """One try: what the carrier answered, or the fault."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    fault = models.CharField(max_length=12, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]


class Receipt(models.Model):
    """What a carrier said became of something, under its own id; it may say so before we have noted that id."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="receipts")
    provider_id = models.CharField(max_length=80)
    is_delivered = models.BooleanField()
    said = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "provider_id"], name="receipt_once")]
        indexes = [models.Index(fields=["at"], name="receipt_open", condition=models.Q(settled_at__isnull=True))]
