"""Referrals: whom we send people to, that we did, and whether it helped."""

from django.db import models

from zhongshu.cases.kinds import CHECK_BACK_LABELS
from zhongshu.cases.models.cases import Case
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class ReferralBody(models.Model):
    """A line of the directory: for all (`site` null), or a site's own, which takes the place of that of the same code.

    `code` is the classifier's word where it has one. Numbers that differ from town to town are empty until a site
    fills them in.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True)
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=40, blank=True)
    hours = models.CharField(max_length=60, blank=True)
    covers = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=500)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="referral_body_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name


class Referral(models.Model):
    """Handed over warm; the case's owner asks back by `check_back_due_at`, at the latest by `check_back_latest_at`.

    `number_given` is what the customer was told then. `follows`: the referral that had not helped.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="referral_rows")
    body = models.ForeignKey(ReferralBody, on_delete=models.PROTECT, related_name="referrals")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    spoke_to = models.CharField(max_length=40, blank=True)
    number_given = models.CharField(max_length=40, blank=True)
    is_transferred = models.BooleanField(default=False)
    words = models.CharField(max_length=200, blank=True)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="next")
    check_back_due_at = models.DateTimeField()
    check_back_latest_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=choices(CHECK_BACK_LABELS), blank=True)
    outcome_words = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(
                fields=["site", "check_back_due_at"],
                name="check_back_due",
                condition=models.Q(settled_at__isnull=True),
            )
        ]
