"""Accounts, entries and their legs."""

from django.db import models

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.ledger.kinds import ACCOUNT_KIND_LABELS, ENTRY_KIND_LABELS, FUND_LABELS, EntryKind


class LedgerAccount(models.Model):
    """An account of the chart in one fund of one site; made when first posted to."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    fund = models.CharField(max_length=20, choices=choices(FUND_LABELS))
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=choices(ACCOUNT_KIND_LABELS))

    class Meta:
        ordering = ["site", "fund", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "fund", "code"], name="ledger_account_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Entry(models.Model):
    """A balanced entry. Append-only.

    `source` names what it records, as `app.thing:id`; the same source posts once. `dated_on` is the day in the books,
    `recorded_at` when it was posted.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40, unique=True)
    dated_on = models.DateField()
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=120)
    memo = models.CharField(max_length=300, blank=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=80)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "source"], name="ledger_entry_source_once")]
        indexes = [models.Index(fields=["site", "dated_on", "id"], name="ledger_entry_by_day")]

    def __str__(self) -> str:
        return self.number

    @property
    def kind_label(self) -> str:
        return str(ENTRY_KIND_LABELS[EntryKind(self.kind)])


class Leg(models.Model):
    """One line of an entry: positive is debit, negative credit. Append-only; all legs of an entry come in at once.

    No foreign keys in the database: its trigger on every insert checks entry, account and site together, and neither
    can be removed. They would cost a mass posting more than the posting itself.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, db_constraint=False, related_name="legs")
    account = models.ForeignKey(LedgerAccount, on_delete=models.PROTECT, db_constraint=False, related_name="legs")
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_leg_not_zero")]

    @property
    def fund(self) -> str:
        return self.account.fund

    @property
    def code(self) -> str:
        return self.account.code
