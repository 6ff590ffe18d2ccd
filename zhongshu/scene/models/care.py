"""Care for the person harmed."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.scene.kinds import CARE_LABELS
from zhongshu.scene.models.assistance import Assistance


class CareTask(models.Model):
    """Something to be done for the person harmed. The owner is reminded when it is due, and each day until it is done.

    `remind_at`: when next; null once done.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    assistance = models.ForeignKey(Assistance, on_delete=models.PROTECT, related_name="care_tasks")
    kind = models.CharField(max_length=10, choices=choices(CARE_LABELS))
    text = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="care_tasks")
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remind_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["remind_at"], name="care_to_remind", condition=models.Q(done_at__isnull=True)),
            models.Index(fields=["owner", "due_at"], name="care_by_owner", condition=models.Q(done_at__isnull=True)),
        ]
