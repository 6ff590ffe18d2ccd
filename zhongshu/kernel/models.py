"""Tables of the kernel: the outbox, what has reacted to it, running numbers and remembered requests."""

from django.db import models


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened."""

    site_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="outbox_undelivered", condition=models.Q(delivered_at__isnull=True))
        ]


class OutboxReaction(models.Model):
    """One reaction to one event, written in the transaction of its effect: the second try finds it done."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="reactions")
    handler = models.CharField(max_length=120)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="outbox_reaction_once")]


class RunningNumber(models.Model):
    """The last number given out in a series, such as the work orders of one site on one day."""

    series = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField()


class IdempotentRequest(models.Model):
    """What was answered to a request that carried an idempotency key, so that its repetition gets the same answer."""

    scope = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotent_request_once")]
