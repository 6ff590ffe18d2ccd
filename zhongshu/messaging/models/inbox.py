"""What staff are told: the inbox on the phone, whose rows every other channel delivers."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.messaging.models.documents import Document


class Message(models.Model):
    """Something one person is told. `dedupe_key` makes sure that the same thing is told once.

    The inbox on the staff phone is the first channel; others (push, SMS, bots, e-mail) deliver the same rows.
    `planned_at`: when it was decided by which of them. `withdrawn_at`: it is out of date, and nothing more is sent.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="inbox")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=160)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True)
    planned_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient", "dedupe_key"], name="message_once")]
        indexes = [
            models.Index(fields=["recipient", "-sent_at"], name="message_inbox"),
            models.Index(fields=["recipient"], name="message_unread", condition=models.Q(read_at__isnull=True)),
            models.Index(fields=["id"], name="message_unplanned", condition=models.Q(planned_at__isnull=True)),
        ]
