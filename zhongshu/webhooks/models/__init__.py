"""Tables of webhooks: who is told, what is to be told, and every try."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.kernel.models import OutboxEvent
from zhongshu.webhooks.kinds import DELIVERY_STATE_LABELS, PAUSE_LABELS, WebhookDeliveryState


class Endpoint(models.Model):
    """A program that is told. `site` null: of every site. `events`: names and groups.

    Secrets are sealed (`kernel.secrets`); until `old_secret_until` the one before signs along. `failing_since`: it has
    taken nothing since then. `quiet_until`: it did not answer, and is left alone. `deleted_at`: it is nobody's any more
    and goes for good at night, when no publisher can be looking at it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    url = models.CharField(max_length=500)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=80))
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    pause = models.CharField(max_length=10, blank=True, choices=choices(PAUSE_LABELS))
    failing_since = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.description or self.url


class Delivery(models.Model):
    """One event to be told to one endpoint. `key` is what the receiver knows it by, the same at every try."""

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(unique=True)
    state = models.CharField(
        max_length=10, choices=choices(DELIVERY_STATE_LABELS), default=WebhookDeliveryState.WAITING
    )
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event"], name="webhook_delivery_once")]
        indexes = [
            models.Index(fields=["endpoint", "-created_at"], name="webhook_by_endpoint"),
            models.Index(fields=["created_at"], name="webhook_by_age"),
            models.Index(
                fields=["next_try_at"], name="webhook_due", condition=models.Q(state=WebhookDeliveryState.WAITING)
            ),
        ]


class Attempt(models.Model):
    """One try: the status and beginning of the answer, or the fault that kept it from coming."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=16, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
