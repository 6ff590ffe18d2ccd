"""People who sign in, and the roles they hold."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.identity.models.organisation import Site
from zhongshu.identity.roles import ROLE_LABELS
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range


class UserManager(BaseUserManager["User"]):
    pass


class User(AbstractBaseUser):
    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    previous_password = models.CharField(max_length=128, blank=True)
    language = models.CharField(max_length=10, blank=True)
    large_type = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """A role held from a day until (exclusive) another; at one site, or at all where `site` is null."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=20, choices=choices(ROLE_LABELS))
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="role_grant_no_overlap",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (Coalesce("site_id", 0), RangeOperators.EQUAL),
                    (day_range(), RangeOperators.OVERLAPS),
                ],
            )
        ]
