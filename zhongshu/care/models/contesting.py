"""The customer's own view of the score: a link that opens once, and the request that a person look again."""

from django.db import models

from zhongshu.care.kinds import REVIEW_LABELS, ReviewOutcome
from zhongshu.care.models.ledger import Entry
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class ExplanationLink(models.Model):
    """A link for the customer of an account: the explanation, a copy, the request for a person. The token itself is
    not kept. Whoever opens it first keeps it for the browser they opened it in; `valid_until` exclusive.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    valid_until = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)


class ReviewRequest(models.Model):
    """The customer contests the score or one entry: a person answers with reasons (Personal Information Protection
    Law, article 24). `due_on`: when at the latest.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, null=True, related_name="+")
    link = models.ForeignKey(ExplanationLink, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    words = models.CharField(max_length=1000)
    due_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=choices(REVIEW_LABELS), default=ReviewOutcome.WAITING)
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["site", "outcome", "due_on"], name="care_review_waits")]
