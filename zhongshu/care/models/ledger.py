"""The ledger of the score: what moved it, why, and until when."""

from django.db import models

from zhongshu.care.kinds import RULE_LABELS
from zhongshu.care.models.policies import Policy
from zhongshu.cases.models import Judgement
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class Episode(models.Model):
    """A time in arrears: from the day the months rise from 0 to the day on which they return to it (`ended_on`).

    What is known now: money that never came opens it again. `is_void`: it never was.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    began_on = models.DateField()
    ended_on = models.DateField(null=True)
    is_opening = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "account", "began_on"],
                name="care_episode_once",
                condition=models.Q(is_void=False),
            )
        ]


class Entry(models.Model):
    """Points, from `effective_on` on until `in_force_until` (exclusive; null: no end known). Append-only.

    `occurrence`: the months at which a tier fired (6, 8, 10), 1 for what comes once. `source`: the fact, such as
    `episode:2025-02-01`. `revision` counts the same entry that was reversed before. A later end stands in EntryEnd.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=24, choices=choices(RULE_LABELS))
    occurrence = models.SmallIntegerField()
    revision = models.PositiveSmallIntegerField(default=0)
    points = models.SmallIntegerField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    in_force_until = models.DateField(null=True)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+", db_index=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="entries")
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(max_length=80)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.CharField(max_length=300)
    customer_reason = models.CharField(max_length=300)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")
    is_opening = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "account", "rule", "source", "occurrence", "revision"], name="care_entry_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["site", "in_force_until"],
                name="care_entry_ends",
                condition=models.Q(in_force_until__isnull=False),
            ),
            models.Index(fields=["site", "effective_on"], name="care_entry_by_day"),
        ]


class EntryEnd(models.Model):
    """Since `recorded_at`, the entry's end is known to be this one (null: none). Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="ends")
    recorded_at = models.DateTimeField()
    in_force_until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "in_force_until"], name="care_end_by_day")]


class Evaluation(models.Model):
    """A run over the days `[from_on, to_on]` of a site: the last is the watermark. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_on = models.DateField()
    to_on = models.DateField()
    at = models.DateTimeField()
    accounts_changed = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    tasks = models.PositiveIntegerField()
    notices = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "to_on"], name="care_day_evaluated_once")]


class GoLive(models.Model):
    """The day a site went live: what was owed before are opening debts, answered to a few a day."""

    site = models.OneToOneField(Site, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class Standing(models.Model):
    """The score as the last evaluation left it, for boards and for what changes a band. Explaining does not read it."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+", primary_key=True)
    score = models.SmallIntegerField()
    band = models.CharField(max_length=10)
    is_gold = models.BooleanField(default=False)
    changed_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["site", "band"], name="care_standing_by_band")]
