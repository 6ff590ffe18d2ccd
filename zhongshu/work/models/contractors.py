"""Contractors (委外): companies under contract, and the orders handed to them."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.work.lifecycle import JOB_STATE_LABELS
from zhongshu.work.models.orders import WorkOrder


class Contractor(models.Model):
    """A company under contract with a site `[starts_on, ends_on)`. `kinds`, `categories`: what for; empty means any.

    `arrive_minutes`: by when they are there, from being handed an order.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)
    contact_name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20)
    kinds = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    arrive_minutes = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["site", "name", "starts_on"], name="contractor_once")]

    def __str__(self) -> str:
        return self.name


class ContractorJob(models.Model):
    """An order handed to a contractor; their own clock runs beside ours. `state` follows `lifecycle.JOB_MOVES`.

    `digest` is the SHA-256 of the link's token, which is good for this job alone until it is over.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="contractor_jobs")
    contractor = models.ForeignKey(Contractor, on_delete=models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=10, choices=choices(JOB_STATE_LABELS))
    task = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    arrive_by = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    people = models.CharField(max_length=120, blank=True)
    arrived_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=500, blank=True)
    recalled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                name="contractor_job_open_once",
                condition=models.Q(state__in=["handed", "confirmed", "arrived"]),
            )
        ]
