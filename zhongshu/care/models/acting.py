"""Who must act, how, by when, and what came of it."""

from django.db import models

from zhongshu.care.kinds import HOLD_LABELS, LEGAL_STEP_LABELS, MANNER_LABELS, RULE_LABELS, TASK_LABELS, TaskState
from zhongshu.care.models.ledger import Episode
from zhongshu.cases.models import Judgement
from zhongshu.collecting.models import Contact, Notice
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.identity.roles import ROLE_LABELS
from zhongshu.kernel.choices import choices


class Task(models.Model):
    """What an entry asks for: people (`roles`, none for a letter alone) in a manner, and a letter (`notice`).

    `source`: the fact, as on the entry; unique with rule and occurrence, so that each acts once. `hold`: why it waits.
    What each role must show stands in its lines; of a complaint (`judgement`), in the lines of its case.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    rule = models.CharField(max_length=24, choices=choices(RULE_LABELS))
    occurrence = models.SmallIntegerField()
    revision = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=80)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, related_name="tasks")
    judgement = models.OneToOneField(Judgement, on_delete=models.PROTECT, null=True, related_name="+")
    opened_on = models.DateField()
    recorded_at = models.DateTimeField()
    roles = models.JSONField(default=list)
    manner = models.CharField(max_length=12, choices=choices(MANNER_LABELS), blank=True)
    letter = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=choices(TASK_LABELS), default=TaskState.OPEN)
    hold = models.CharField(max_length=10, choices=choices(HOLD_LABELS), blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "account", "rule", "source", "occurrence", "revision"], name="care_task_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["site", "account"], name="care_task_unfinished", condition=models.Q(state__in=("open", "held"))
            )
        ]


class TaskMove(models.Model):
    """A task is in that state from the day `on`. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="moves")
    on = models.DateField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=choices(TASK_LABELS))
    reason = models.CharField(max_length=200, blank=True)


class TaskLine(models.Model):
    """What one role of a task must show: one line per role; who holds two of them records once for both.

    `holder`: who has the role now. `contact`: how the customer was spoken to, and what they answered. `did`: what else
    was done (paper handed over, card brought, papers gathered). `signed_by`: the next level up has signed that nobody
    could be reached, or that the customer is not content. `reminded_at`, `raised_at`: the holder, then the next level
    up, was told that it is late.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="lines", db_index=False)
    role = models.CharField(max_length=20, choices=choices(ROLE_LABELS))
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField()
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, related_name="+")
    did = models.CharField(max_length=500, blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    signed_words = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True)
    raised_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "role"], name="care_line_once")]
        indexes = [
            models.Index(
                fields=["site", "holder", "due_on"],
                name="care_line_waits",
                condition=models.Q(recorded_at__isnull=True),
            )
        ]


class LegalStep(models.Model):
    """Suit, payment order, settlement or write-off: the legal order does not come back. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=choices(LEGAL_STEP_LABELS))
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)


class ImprovementPlan(models.Model):
    """Opened when an account enters `poor`; due some days later, written by its keeper (`text`, `done_at`)."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    due_on = models.DateField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "account", "opened_on"], name="care_improvement_once"),
        ]


class PriorityRecord(models.Model):
    """Opened when an account enters `priority`, owned by the site manager, reviewed monthly until it is good again.

    `good_since`: the day from which the score has stood above the band without a break; closed three months later.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField()
    good_since = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "account"], name="care_priority_once", condition=models.Q(closed_on__isnull=True)
            ),
        ]


class PriorityReview(models.Model):
    """What the owner found at a monthly review, and what is to be done next. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    record = models.ForeignKey(PriorityRecord, on_delete=models.PROTECT, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    score = models.SmallIntegerField()
    text = models.TextField()
