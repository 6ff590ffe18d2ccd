"""What was done about escalations."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.quality.models.inquiries import Inquiry
from zhongshu.work.kinds import ESCALATION_ROLE_LABELS
from zhongshu.work.models import EscalationStep, WorkOrder
from zhongshu.work.policies.measures import MEASURE_LABELS


class EscalationResponse(models.Model):
    """What a level did when it was told that a target was used up. Append-only.

    It answers its step, and every other of the same order and level that had fired by then.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    step = models.ForeignKey(EscalationStep, on_delete=models.PROTECT, related_name="responses")
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="escalation_responses")
    level = models.CharField(max_length=14, choices=choices(ESCALATION_ROLE_LABELS))
    measure = models.CharField(max_length=20, choices=choices(MEASURE_LABELS))
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "level", "at"], name="escalation_answered")]
