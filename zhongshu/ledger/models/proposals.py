"""Entries by hand, before and after a second person looked at them."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.ledger.kinds import VOUCHER_STATE_LABELS, VoucherState
from zhongshu.ledger.models.books import Entry


class Proposal(models.Model):
    """An entry somebody wants posted by hand, or the reversal of such a one (`reverses`).

    `legs`: a list of `{"fund", "code", "amount"}`, amounts as text with two decimals, debit positive. It is posted
    (`entry`) or declined by a second person, or withdrawn by who proposed it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    dated_on = models.DateField()
    memo = models.CharField(max_length=300)
    legs = models.JSONField()
    reverses = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="proposals")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    proposed_by_name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=choices(VOUCHER_STATE_LABELS), default=VoucherState.OPEN.value)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="proposal")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["site", "-id"], name="ledger_proposal_by_site")]
        constraints = [
            models.UniqueConstraint(
                fields=["reverses"],
                name="ledger_proposal_one_reversal",
                condition=models.Q(state=VoucherState.OPEN.value),
            )
        ]
