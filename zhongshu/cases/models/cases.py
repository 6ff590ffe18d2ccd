"""Cases: what somebody said to us, who stays answerable, and everything that was noted about it."""

from django.db import models

from zhongshu.cases.lifecycle import CASE_STATE_LABELS, CHANNEL_LABELS
from zhongshu.estate.models import Account, Customer, Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.work.kinds import URGENCY_LABELS
from zhongshu.work.models import WorkOrder


class Case(models.Model):
    """`place_verdict` and `classification` keep what the machine said; the columns what a person let stand.

    `owner` is the employee who first heard it and changes only by an OwnerHandover. `heard_with` is the first case of
    the message in which this one was told as well. `rain_watched_from`: from that day on the next rain has somebody
    call whether it still leaks. While nothing but a signature is missing, `sign_remind_at` is when the owner is
    reminded (null once told) and `sign_lapses_at` when the case closes without it.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    number = models.CharField(max_length=40, unique=True)
    channel = models.CharField(max_length=14, choices=choices(CHANNEL_LABELS))
    text = models.TextField()
    caller_name = models.CharField(max_length=40, blank=True)
    caller_phone = models.CharField(max_length=20, blank=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, related_name="cases")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="cases")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True)
    place_text = models.CharField(max_length=200, blank=True)
    place_verdict = models.JSONField(default=dict)
    category = models.CharField(max_length=30)
    urgency = models.CharField(max_length=2, choices=choices(URGENCY_LABELS))
    team_kind = models.CharField(max_length=20)
    referrals = models.JSONField(default=list)
    classification = models.JSONField(default=dict)
    needs_person = models.BooleanField(default=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="owned_cases")
    state = models.CharField(max_length=10, choices=choices(CASE_STATE_LABELS))
    heard_with = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="heard_together")
    incident = models.ForeignKey("cases.Incident", on_delete=models.PROTECT, null=True, related_name="cases")
    further_call_count = models.PositiveSmallIntegerField(default=0)
    rain_watched_from = models.DateField(null=True)
    sign_remind_at = models.DateTimeField(null=True)
    sign_lapses_at = models.DateTimeField(null=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "-opened_at"], name="case_by_time"),
            models.Index(fields=["site", "state"], name="case_by_state"),
            models.Index(fields=["site", "place"], name="case_by_place"),
            models.Index(fields=["site", "caller_phone"], name="case_by_phone"),
            models.Index(fields=["owner"], name="case_open_owner", condition=models.Q(closed_at__isnull=True)),
            models.Index(
                fields=["site", "rain_watched_from"],
                name="case_rain_watched",
                condition=models.Q(rain_watched_from__isnull=False),
            ),
            models.Index(
                fields=["sign_remind_at"],
                name="case_sign_remind",
                condition=models.Q(sign_remind_at__isnull=False),
            ),
            models.Index(
                fields=["sign_lapses_at"],
                name="case_sign_lapses",
                condition=models.Q(sign_lapses_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def speaker(self) -> str:
        """Who spoke to us: the name given, else the customer's."""
        return self.caller_name or (self.customer.name if self.customer else "")

    @property
    def number_to_call(self) -> str:
        """Where the speaker is reached: the number given, else (a colleague was told in passing) the customer's."""
        return self.caller_phone or (self.customer.first_number if self.customer else "")


class CaseOrder(models.Model):
    """A work order asked for on behalf of a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="case_orders")
    order = models.OneToOneField(WorkOrder, on_delete=models.PROTECT, related_name="case_order")


class CaseEntry(models.Model):
    """One line of the case's own timeline: a note, a place put right, a call, a reopening. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=500)

    class Meta:
        ordering = ["id"]


class OwnerHandover(models.Model):
    """The only way in which a case changes its owner."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handovers")
    at = models.DateTimeField()
    from_owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    to_owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200)


class Correction(models.Model):
    """What staff put right in the machine's classification; a later model learns from it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="corrections")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    field = models.CharField(max_length=20)
    was = models.CharField(max_length=60)
    became = models.CharField(max_length=60)


class FurtherCall(models.Model):
    """Somebody asked again about a matter that is being worked on: no new case. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="further_calls")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    channel = models.CharField(max_length=14, choices=choices(CHANNEL_LABELS))
    caller_name = models.CharField(max_length=40, blank=True)
    caller_phone = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=500, blank=True)
