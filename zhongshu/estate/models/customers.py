"""People and organisations the site serves."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from zhongshu.estate.kinds import CUSTOMER_KIND_LABELS
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class Customer(models.Model):
    """`initials` are the pinyin initials of the name (王小明 → wxm), for search; `user` lets a resident sign in."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12, choices=choices(CUSTOMER_KIND_LABELS))
    name = models.CharField(max_length=80)
    initials = models.CharField(max_length=80, blank=True)
    id_no = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="customers")

    class Meta:
        indexes = [
            models.Index(models.F("site"), OpClass("initials", name="varchar_pattern_ops"), name="customer_initials"),
            GinIndex(OpClass("name", name="gin_trgm_ops"), name="customer_name_trgm"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_number(self) -> str:
        """The number to call: the primary one, else the oldest; empty where none is known."""
        phones = sorted(self.phones.all(), key=lambda phone: (not phone.is_primary, phone.pk))
        return phones[0].number if phones else ""


class CustomerPhone(models.Model):
    """One of a customer's numbers, digits only. Several people may share one."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    number = models.CharField(max_length=20)
    is_primary = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "number"], name="customer_phone_once")]
        indexes = [models.Index(fields=["site", "number"], name="customer_phone_by_number")]
