"""The company, its regions and its sites."""

from django.db import models

from zhongshu.identity.kinds import OPERATING_MODEL_LABELS, OperatingModel
from zhongshu.kernel.choices import choices


class Company(models.Model):
    """`second_factor_roles`: whoever holds one of these roles cannot do without a second factor."""

    name = models.CharField(max_length=120)
    second_factor_roles = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="region_name_once")]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """An operating unit (项目). It runs one or more communities."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, null=True, blank=True)
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    operating_model = models.CharField(
        max_length=10, choices=choices(OPERATING_MODEL_LABELS), default=OperatingModel.CENTRE
    )
    phone = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
