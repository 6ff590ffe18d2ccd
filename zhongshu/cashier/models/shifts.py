"""Shifts at the counter: opened with so much cash, counted, handed over; and the day that is closed over them."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from zhongshu.billing.models import Payment, Refund
from zhongshu.cashier.kinds import CASH_GOES_LABELS
from zhongshu.cashier.lifecycle import SHIFT_LABELS, ShiftState
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.money import ZERO, amount_field
from zhongshu.kernel.periods import no_overlap
from zhongshu.ledger.models import Entry


class StandIn(models.Model):
    """An employee, no cashier, who may receive money at the counter for some days; at most so much at once."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="stand_ins")
    starts_on = models.DateField()
    ends_on = models.DateField()
    most = amount_field(null=True)
    reason = models.CharField(max_length=200)
    authorised_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [no_overlap("stand_in_no_overlap", "site", "user")]


class Shift(models.Model):
    """A cashier's time at the counter. `opening_cash`: what lay in the drawer when it began, counted by the cashier.

    `follows`: the shift that left it there. `cash`: what should be in the drawer now, written with every movement.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    cashier = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    stand_in = models.ForeignKey(StandIn, on_delete=models.PROTECT, null=True, related_name="shifts")
    state = models.CharField(max_length=8, choices=choices(SHIFT_LABELS), default=ShiftState.OPEN)
    opened_at = models.DateTimeField()
    opening_cash = amount_field(default=ZERO)
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    cash = amount_field()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "cashier"], name="shift_open_once", condition=~models.Q(state=ShiftState.CLOSED)
            ),
            models.CheckConstraint(condition=models.Q(cash__gte=0), name="shift_cash_not_negative"),
        ]
        indexes = [models.Index(fields=["site", "-opened_at"], name="shift_by_time")]

    def __str__(self) -> str:
        return self.number


class Taken(models.Model):
    """A payment received in a shift; `tendered` and `change` of cash. `printed` counts the receipts handed out."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="taken")
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="taken")
    tendered = amount_field(null=True)
    change = amount_field(default=ZERO)
    printed = models.PositiveSmallIntegerField(default=0)


class ShiftCount(models.Model):
    """What was found at the end of a shift. Append-only; the last one of a shift counts.

    `notes`: pieces by denomination. `lines`: by method `{"expected", "counted", "count"}`, yuan as text. `difference`:
    counted cash less expected cash, explained in words and put into the books.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="counts")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    notes = models.JSONField(default=dict)
    lines = models.JSONField(default=dict)
    expected = amount_field()
    counted = amount_field()
    difference = amount_field()
    reason = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True)


class CashRefund(models.Model):
    """Account credit paid back in cash from the drawer of a shift. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="cash_refunds")
    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="cash_refund")
    at = models.DateTimeField()


class Handover(models.Model):
    """Where the cash of a counted shift went; it is somebody's at any time.

    To the bank, with the number of its slip. Left in the drawer: the next shift's (`Shift.follows`). To a colleague:
    on its way until `accepted_at`, then in the drawer of the colleague's own shift (`into`), or, without one, in the
    colleague's hands until `banked_at`. Refused, it is in the drawer it came from again.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers")
    goes = models.CharField(max_length=10, choices=choices(CASH_GOES_LABELS))
    amount = amount_field()
    to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    into = models.ForeignKey(Shift, on_delete=models.PROTECT, null=True, related_name="received")
    banked_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="handover_not_negative"),
            models.UniqueConstraint(fields=["shift"], name="drawer_left_once", condition=models.Q(goes="drawer")),
        ]
        indexes = [
            models.Index(
                fields=["to"],
                name="handover_waiting",
                condition=models.Q(goes="colleague", accepted_at__isnull=True, refused_at__isnull=True),
            )
        ]


class DailyClose(models.Model):
    """A day of a site's counter, closed: its shifts have ended, and nothing is received there with this date any more.

    `figures`: the day as it stood then, as `cashier.queries.days.figures_of` writes it. Append-only. `note` explains
    cash that the books know and no drawer holds, or the other way round.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    figures = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "day"], name="daily_close_once")]
