"""Reports that people have sent to themselves."""

from django.db import models

from zhongshu.identity.models import User
from zhongshu.insight.kinds import FORMAT_LABELS, ISSUE_STATE_LABELS, PAPER_LABELS, RHYTHM_LABELS
from zhongshu.kernel.choices import choices


class Subscription(models.Model):
    """Who wants which paper how often. `scope` as in addresses (`site-YQL`, `company`); rights are asked each time."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="report_subscriptions")
    scope = models.CharField(max_length=40)
    paper = models.CharField(max_length=10, choices=choices(PAPER_LABELS))
    rhythm = models.CharField(max_length=10, choices=choices(RHYTHM_LABELS))
    format = models.CharField(max_length=5, choices=choices(FORMAT_LABELS))
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "scope", "paper", "rhythm", "format"],
                name="subscription_once",
                condition=models.Q(ended_at__isnull=True),
            )
        ]


class Issue(models.Model):
    """The paper of one period, made and told once. `next_try_at` is set while it waits."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="issues")
    starts_on = models.DateField()
    state = models.CharField(max_length=10, choices=choices(ISSUE_STATE_LABELS))
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    file = models.FileField(upload_to="papers/%Y/%m/", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscription", "starts_on"], name="issue_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="issue_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["subscription", "-starts_on"], name="issue_latest"),
        ]
