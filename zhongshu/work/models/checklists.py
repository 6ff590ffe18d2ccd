"""Checklists: templates in versions, and what was entered for an order."""

from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.identity.models import Site, User
from zhongshu.work.models.orders import OrderPhoto, WorkOrder


class ChecklistTemplate(models.Model):
    """A version of a checklist, in force `[starts_at, ends_at)`. A site's comes before the company's (site null), one
    that names the category before one that does not.

    `items` is a list of `{"key", "label", "kind", "is_mandatory", "low", "high", "unit"}`; see `policies.checklists`.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    kind = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=30, blank=True)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    items = models.JSONField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["kind", "category", "-version"]
        constraints = [
            models.UniqueConstraint(
                Coalesce("site_id", 0), "kind", "category", "version", name="checklist_template_version"
            ),
            models.UniqueConstraint(
                Coalesce("site_id", 0),
                "kind",
                "category",
                name="checklist_template_current",
                condition=models.Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrderChecklist(models.Model):
    """The version of a checklist that an order is worked by, fixed when the first entry is made or it is done."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="checklist")
    template = models.ForeignKey(ChecklistTemplate, on_delete=models.PROTECT)


class ChecklistEntry(models.Model):
    """The value of one item: a tick is `1`, a number as typed, a text, or a photo of the order."""

    checklist = models.ForeignKey(OrderChecklist, on_delete=models.CASCADE, related_name="entries")
    key = models.CharField(max_length=30)
    value = models.CharField(max_length=500)
    photo = models.ForeignKey(OrderPhoto, on_delete=models.PROTECT, null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["checklist", "key"], name="checklist_entry_once")]
