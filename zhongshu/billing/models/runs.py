"""Bill runs: who asked for one, what it would make, how far it is, and what it could not charge."""

from django.db import models

from zhongshu.billing.lifecycle import RUN_LABELS
from zhongshu.billing.models.items import ChargeItem
from zhongshu.estate.models import Account, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class BillRun(models.Model):
    """The charges of a site's month. `period` is its first day; `item` null: all items due in it.

    `preview`: per item code what it would make, `{"WYF": {"count": 3, "total": "629.34"}, …}`; `result` the same of
    what it made. `chunks_done` of `chunks` tells the progress; each chunk is a transaction with one ledger entry.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    period = models.DateField()
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=choices(RUN_LABELS))
    preview = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    chunks = models.PositiveIntegerField(default=0)
    chunks_done = models.PositiveIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-period", "-id"], name="bill_run_by_period")]


class RunException(models.Model):
    """What a run could not charge, or charged with a doubt. `reason` is a code of policies; `words` its facts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(BillRun, on_delete=models.CASCADE, related_name="exceptions")
    item = models.ForeignKey(ChargeItem, on_delete=models.PROTECT, related_name="+", db_index=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    reason = models.CharField(max_length=20)
    words = models.JSONField(default=dict)
    is_charged = models.BooleanField(default=False)
