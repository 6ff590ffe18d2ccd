"""What customers are told."""

from django.db import models

from zhongshu.estate.models import Customer
from zhongshu.identity.models import Site


class CustomerNotice(models.Model):
    """Something one customer is told; or a caller who is no customer, known by their `phone` alone.

    The inbox of the residents' pages is the first channel. `look_at`: when it is looked at next, to send it by the next
    channel of the customer's order; null when there is nothing more to be done. `withdrawn_at`: it is out of date.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, related_name="notices")
    phone = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=500, blank=True)
    is_urgent = models.BooleanField(default=False)
    dedupe_key = models.CharField(max_length=160)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "dedupe_key"], name="notice_once", condition=models.Q(customer__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["site", "phone", "dedupe_key"],
                name="notice_once_by_phone",
                condition=models.Q(customer__isnull=True),
            ),
            models.CheckConstraint(
                name="notice_to_somebody", condition=models.Q(customer__isnull=False) | ~models.Q(phone="")
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-told_at"], name="notice_inbox"),
            models.Index(fields=["look_at"], name="notice_due", condition=models.Q(look_at__isnull=False)),
        ]
