"""What the people who run the company have chosen for visits and surveys."""

from django.db import models

from zhongshu.community.policies.drawing import PERCENT
from zhongshu.community.policies.surveying import LOW
from zhongshu.identity.models import Site, User


class CommunityRule(models.Model):
    """In force from `starts_on` until the next; of the company, or (`site`) of one site instead of it. Append-only.

    `visit_percent`: of a keeper's scored, occupied accounts, visited each quarter. `low_mark`: an answer at or below
    it is followed up.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    visit_percent = models.PositiveSmallIntegerField(default=PERCENT)
    low_mark = models.PositiveSmallIntegerField(default=LOW)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "starts_on"], name="community_rule_start", nulls_distinct=False),
        ]
