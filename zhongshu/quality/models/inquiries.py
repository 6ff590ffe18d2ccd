"""Inquiries between the quality department and the sites, in both directions."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.quality.kinds import DIRECTION_LABELS, INQUIRY_STATE_LABELS, SAID_LABELS, InquiryState
from zhongshu.work.models import WorkOrder


class Inquiry(models.Model):
    """A request for help from a site, or a supervision of one: about a case, an order, or the site as such.

    `remind_at`: when those who have to answer are told next; null unless it waits for an answer.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    direction = models.CharField(max_length=12, choices=choices(DIRECTION_LABELS))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="inquiries")
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, null=True, related_name="inquiries")
    question = models.CharField(max_length=2000)
    is_urgent = models.BooleanField(default=False)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="inquiries")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    handler = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=choices(INQUIRY_STATE_LABELS))
    answered_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-asked_at"], name="inquiry_by_time"),
            models.Index(
                fields=["direction", "due_at"],
                name="inquiry_running",
                condition=~models.Q(state=InquiryState.CLOSED.value),
            ),
            models.Index(fields=["remind_at"], name="inquiry_to_remind", condition=models.Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class InquiryLine(models.Model):
    """What was said about an inquiry, by whom. Append-only. `person`: who was sent."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="lines")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=choices(SAID_LABELS))
    text = models.CharField(max_length=2000, blank=True)
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["id"]
