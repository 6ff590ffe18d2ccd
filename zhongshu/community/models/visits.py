"""Visits: drawn by lot, and made."""

from django.db import models

from zhongshu.community.kinds import MANNER_LABELS, MOOD_LABELS
from zhongshu.estate.models import Account
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices


class VisitDraw(models.Model):
    """One keeper's draw of a month. Append-only: seed and candidates are kept, so that it can be shown again.

    `population`: their scored, occupied accounts on the quarter's first day. `candidates`: `[account, building,
    was_skipped]` each; `count` of them were drawn.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()
    month = models.DateField()
    seed = models.CharField(max_length=32)
    population = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    candidates = models.JSONField()
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "keeper", "month"], name="visit_draw_once")]


class DrawnVisit(models.Model):
    """An account to be visited this quarter, from the day it is planned for. Done once somebody was at the door."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    draw = models.ForeignKey(VisitDraw, on_delete=models.PROTECT, related_name="visits")
    keeper = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    quarter = models.DateField()
    planned_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "quarter"], name="drawn_visit_once")]
        indexes = [models.Index(fields=["site", "quarter", "keeper"], name="drawn_visit_of_keeper")]


class Visit(models.Model):
    """Somebody was there, or telephoned. Append-only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="visits")
    manner = models.CharField(max_length=10, choices=choices(MANNER_LABELS))
    on = models.DateField()
    mood = models.CharField(max_length=12, choices=choices(MOOD_LABELS))
    words = models.CharField(max_length=1000, blank=True)
    photo = models.FileField(upload_to="visits/%Y/%m/", blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["site", "on"], name="visit_by_day")]
