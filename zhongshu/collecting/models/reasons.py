"""Why an account does not pay, as far as is known."""

from django.db import models

from zhongshu.collecting.kinds import REASON_LABELS
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import no_overlap


class ArrearsReason(models.Model):
    """The reason for an account's arrears from a day on; a new one ends the one before."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="arrears_reasons")
    kind = models.CharField(max_length=10, choices=choices(REASON_LABELS))
    note = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [no_overlap("arrears_reason_no_overlap", "account")]
