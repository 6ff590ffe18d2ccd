"""What an account was asked to pay, by which document, what it names, and how well it is known to have arrived."""

from decimal import Decimal

from django.db import models

from zhongshu.billing.models import Charge
from zhongshu.collecting.kinds import EVIDENCE_LABELS, NOTICE_KIND_LABELS, ROAD_LABELS
from zhongshu.collecting.lifecycle import NOTICE_LABELS, NoticeState
from zhongshu.collecting.models.documents import DunningTemplate, Lawyer
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import amount_field


class Notice(models.Model):
    """One document to one account, dated `on`. What it asks is never changed; `source` names its occasion, once.

    `months` in arrears, `principal` and `late_fees` (yuan) as of the end of that day. `answer_by`: the last day to pay.
    `evidence`: the best of its deliveries; empty until it was sent. `template`: the words in force when it was made;
    null: the shipped ones. `lawyer`: who signs, for a lawyer's letter.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=20, choices=choices(NOTICE_KIND_LABELS))
    on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=choices(NOTICE_LABELS), default=NoticeState.PLANNED)
    sent_on = models.DateField(null=True)
    answer_by = models.DateField(null=True)
    months = models.PositiveSmallIntegerField(default=0)
    principal = amount_field()
    late_fees = amount_field()
    source = models.CharField(max_length=120)
    evidence = models.CharField(max_length=10, choices=choices(EVIDENCE_LABELS), blank=True)
    template = models.ForeignKey(DunningTemplate, on_delete=models.PROTECT, null=True, db_index=False)
    lawyer = models.ForeignKey(Lawyer, on_delete=models.PROTECT, null=True, db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "source"], name="dunning_once")]
        indexes = [
            models.Index(fields=["site", "account", "-on"], name="dunning_of_account"),
            models.Index(fields=["site", "-on", "-id"], name="dunning_by_day"),
            models.Index(fields=["site"], name="dunning_unsent", condition=models.Q(state__in=("planned", "failed"))),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Decimal:
        return Decimal(self.principal + self.late_fees)


class NoticeCharge(models.Model):
    """A charge that a notice names: its open principal then, and its late fee to that day. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="charges")
    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    open_amount = amount_field()
    late_fee = amount_field()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(open_amount__gte=0, late_fee__gte=0), name="named_charge_not_negative"
            )
        ]


class Delivery(models.Model):
    """A notice on its way, or arrived: by which road, when, with what evidence. Append-only.

    `reference`: the number of the registered mail, or what messaging calls it. `file`: photo or signature.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=choices(ROAD_LABELS))
    evidence = models.CharField(max_length=10, choices=choices(EVIDENCE_LABELS))
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reference = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    file = models.FileField(upload_to="collecting/%Y/%m/", max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "channel", "evidence", "reference"],
                name="message_delivery_once",
                condition=models.Q(channel="message"),
            )
        ]
