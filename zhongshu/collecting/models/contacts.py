"""When and how an account may be spoken to about money, and when it was."""

from datetime import time

from django.db import models

from zhongshu.collecting.kinds import MANNER_LABELS, OUTCOME_LABELS
from zhongshu.collecting.models.notices import Notice
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field
from zhongshu.kernel.periods import no_overlap


class ContactRule(models.Model):
    """A site's hours and counts, from a day on. Without a row the defaults below hold."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    begins = models.TimeField(default=time(9))
    ends = models.TimeField(default=time(20))
    most_a_day = models.PositiveSmallIntegerField(default=1)
    most_a_week = models.PositiveSmallIntegerField(default=3)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("contact_rule_no_overlap", "site")]


class Contact(models.Model):
    """An account's customer was called, visited or written to about money. Append-only.

    `day` is that of `at`. `promised_on`, `promised_amount`: when and how much the customer said would be paid.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contacts", db_index=False)
    manner = models.CharField(max_length=8, choices=choices(MANNER_LABELS))
    at = models.DateTimeField()
    day = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="contacts")
    outcome = models.CharField(max_length=10, choices=choices(OUTCOME_LABELS), blank=True)
    promised_on = models.DateField(null=True)
    promised_amount = amount_field(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["site", "account", "-day"], name="contact_of_account")]
