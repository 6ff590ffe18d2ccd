"""What a repair uses and costs, and what the customer agreed to. Money is exact, in yuan."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import no_overlap
from zhongshu.work.kinds import CONSENT_LABELS
from zhongshu.work.models.orders import WorkOrder


class PriceItem(models.Model):
    """A line of a site's price list for paid repairs, in force `[starts_on, ends_on)`."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=10)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            no_overlap("price_item_no_overlap", "site", "code"),
            models.CheckConstraint(name="price_item_not_negative", condition=models.Q(unit_price__gte=0)),
        ]

    def __str__(self) -> str:
        return self.name


class OrderMaterial(models.Model):
    """Material or labour used for an order. `is_charged`: the customer pays it. `struck_at`: entered by mistake."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="materials")
    item = models.ForeignKey(PriceItem, on_delete=models.PROTECT, null=True)
    name = models.CharField(max_length=60)
    unit = models.CharField(max_length=10, blank=True)
    quantity = models.DecimalField(max_digits=9, decimal_places=2)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    is_charged = models.BooleanField(default=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    struck_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="order_material_positive", condition=models.Q(quantity__gt=0, unit_price__gte=0)
            )
        ]


class PriceAgreement(models.Model):
    """A customer agreed to a price beforehand: who, how, when. Append-only; the latest counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, related_name="agreements")
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    agreed_by = models.CharField(max_length=40)
    how = models.CharField(max_length=8, choices=choices(CONSENT_LABELS))
    agreed_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="agreement_not_negative", condition=models.Q(amount__gte=0))]
