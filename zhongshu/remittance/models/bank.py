"""Our accounts at banks, what is collected from residents' accounts there, and what statements say came in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhongshu.billing.models import Payment
from zhongshu.estate.models import Account
from zhongshu.identity.models import Company, Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field
from zhongshu.kernel.periods import no_overlap
from zhongshu.ledger.models import Entry
from zhongshu.remittance.kinds import (
    BATCH_STATE_LABELS,
    DEBIT_STATE_LABELS,
    FAILURE_LABELS,
    STATEMENT_STATE_LABELS,
    UNANSWERED,
    BatchState,
    DebitState,
    StatementState,
)


class DebitLayout(models.Model):
    """How a bank wants its files; `rules` as `layouts.spec` reads them."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    rules = models.JSONField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["company", "name"], name="debit_layout_once")]

    def __str__(self) -> str:
        return self.name


class BankAccount(models.Model):
    """An account of the site's own. With a `layout` it collects by direct debit, as `merchant` at its bank."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    bank_name = models.CharField(max_length=60)
    number = models.CharField(max_length=40)
    merchant = models.CharField(max_length=40, blank=True)
    layout = models.ForeignKey(DebitLayout, on_delete=models.PROTECT, null=True, related_name="bank_accounts")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["site", "name"]
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="bank_account_once")]

    def __str__(self) -> str:
        return self.name


class DebitAuthorisation(models.Model):
    """A resident lets a bank account of ours collect what an account owes, from a day on.

    `sealed` is the payer's account number (`kernel.secrets`), `masked` what pages show of it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debit_authorisations")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="authorisations")
    bank_name = models.CharField(max_length=60, blank=True)
    bank_code = models.CharField(max_length=20, blank=True)
    sealed = models.TextField()
    masked = models.CharField(max_length=40)
    holder = models.CharField(max_length=80)
    agreement = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [no_overlap("debit_authorisation_no_overlap", "account")]


class DebitBatch(models.Model):
    """What the bank is asked to collect at once. `sent_at`: its file was first fetched."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="batches")
    number = models.CharField(max_length=40, unique=True)
    collects_on = models.DateField()
    state = models.CharField(max_length=10, choices=choices(BATCH_STATE_LABELS), default=BatchState.OPEN)
    count = models.PositiveIntegerField()
    total = amount_field()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["site", "-made_at"], name="debit_batch_log")]

    def __str__(self) -> str:
        return self.number


class DebitLine(models.Model):
    """So much of one account: `charge_ids` are what it is for. `reference` is ours at the bank.

    `collected` is what the bank took; a paid line without `payment` is still to be booked, `trouble` says why it could
    not be. An account waits for the answer to one line at most.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(DebitBatch, on_delete=models.PROTECT, related_name="lines")
    sequence = models.PositiveIntegerField()
    reference = models.CharField(max_length=60, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="debit_lines")
    authorisation = models.ForeignKey(DebitAuthorisation, on_delete=models.PROTECT, related_name="lines")
    amount = amount_field()
    charge_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=10, choices=choices(DEBIT_STATE_LABELS), default=DebitState.ASKED)
    failure = models.CharField(max_length=16, choices=choices(FAILURE_LABELS), blank=True)
    code = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=200, blank=True)
    collected = amount_field(default=0)
    collected_on = models.DateField(null=True)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="debit_line")
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="debit_line_sequence"),
            models.UniqueConstraint(
                fields=["account"], name="one_debit_at_a_time", condition=models.Q(state__in=UNANSWERED)
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, collected__gte=0, collected__lte=models.F("amount")),
                name="debit_line_within_amount",
            ),
            models.CheckConstraint(
                condition=models.Q(state=DebitState.PAID, collected__gt=0)
                | ~models.Q(state=DebitState.PAID) & models.Q(collected=0, payment__isnull=True),
                name="only_collected_is_booked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["batch"],
                name="debit_line_to_book",
                condition=models.Q(state=DebitState.PAID, payment__isnull=True),
            ),
            models.Index(fields=["batch", "state", "sequence"], name="debit_line_by_state"),
        ]


class DebitReturn(models.Model):
    """A result file that was taken; the same one again changes nothing."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(DebitBatch, on_delete=models.PROTECT, related_name="returns")
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    changed = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sha256"], name="debit_return_once")]


class BankStatement(models.Model):
    """A statement file that was imported: `line_count` bookings, `new_count` of them not known before."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="statements")
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    line_count = models.PositiveIntegerField()
    new_count = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bank_account", "sha256"], name="bank_statement_once")]
        indexes = [models.Index(fields=["site", "-imported_at"], name="bank_statement_log")]


class StatementLine(models.Model):
    """One booking. `amount` is negative for what went out. `digest`, `nth`: see `layouts.statements.Booking`.

    `payer_key` is a keyed digest of the payer's account number, so that it is known again without being kept.
    `suggestions` are `[{"account_id", "score", "reasons", "is_certain"}, …]`, the best first, null until they were
    looked for; `is_certain` that of the best. `payment` is how it was booked for an account, `entry` how as money
    that had been on its way. `tries` counts what was booked and undone again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="lines")
    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    nth = models.PositiveIntegerField()
    booked_on = models.DateField()
    amount = amount_field()
    reference = models.CharField(max_length=80, blank=True)
    payer_name = models.CharField(max_length=100, blank=True)
    payer_masked = models.CharField(max_length=40, blank=True)
    payer_key = models.CharField(max_length=64, blank=True)
    remark = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, choices=choices(STATEMENT_STATE_LABELS), default=StatementState.OPEN)
    suggestions = models.JSONField(null=True)
    is_certain = models.BooleanField(default=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="statement_lines")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="statement_line")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bank_account", "digest", "nth"], name="statement_line_once"),
            models.CheckConstraint(
                condition=models.Q(state=StatementState.MATCHED, account__isnull=False, payment__isnull=False)
                | ~models.Q(state=StatementState.MATCHED) & models.Q(account__isnull=True, payment__isnull=True),
                name="matched_is_booked",
            ),
            models.CheckConstraint(
                condition=models.Q(state=StatementState.OUTGOING, amount__lt=0)
                | ~models.Q(state=StatementState.OUTGOING) & models.Q(amount__gt=0),
                name="what_went_out_is_no_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "state", "booked_on"], name="statement_line_by_state"),
            models.Index(
                fields=["site", "payer_key"],
                name="statement_line_payer",
                condition=models.Q(state=StatementState.MATCHED) & ~models.Q(payer_key=""),
            ),
            models.Index(fields=["bank_account", "reference"], name="statement_line_reference"),
        ]
