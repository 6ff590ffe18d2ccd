"""The satisfaction survey: whom it goes to, and what they said."""

from django.db import models

from zhongshu.community.kinds import ANSWER_WAY_LABELS
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.work.models import WorkOrder


class Survey(models.Model):
    """A site's survey of a quarter (its first day). Answers are taken before `closes_on`."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()
    closes_on = models.DateField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    summed_up_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "quarter"], name="survey_once_a_quarter")]


class Invitation(models.Model):
    """An account is asked. Of its link only the SHA-256 of the secret is kept; `keeper`: who looks after it then."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "account"], name="invited_once")]


class Answer(models.Model):
    """What an account said, once. Append-only. `order`: what follows it up.

    `marks`: by question, 1 to 5. `category`: what the problem is about (`cases.classification`).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="answer")
    way = models.CharField(max_length=8, choices=choices(ANSWER_WAY_LABELS))
    marks = models.JSONField()
    problem = models.CharField(max_length=1000, blank=True)
    category = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    typed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    order = models.ForeignKey(WorkOrder, on_delete=models.PROTECT, null=True, related_name="+")
