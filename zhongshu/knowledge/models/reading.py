"""Who has to read what, who has read it, whether it helped, and what was looked for in vain."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from zhongshu.identity.models import Site, User
from zhongshu.knowledge.models.articles import Article, Version
from zhongshu.people.models import Team


class ReadRequest(models.Model):
    """An article must be read until `due_on` by who holds one of `roles` at the site (null: at any), or is in a team.

    `remind_at`: when those who have not read are reminded next, and who came since is asked; null once it
    is over.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="read_requests")
    roles = ArrayField(models.CharField(max_length=20), default=list)
    teams = models.ManyToManyField(Team, related_name="+")
    due_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    remind_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["remind_at"], name="read_request_to_remind", condition=models.Q(remind_at__isnull=False)
            )
        ]


class ReadTask(models.Model):
    """One person who has to read, and the version that they confirmed to have read. `site`: where they belong."""

    request = models.ForeignKey(ReadRequest, on_delete=models.CASCADE, related_name="tasks")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="read_tasks")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    asked_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    version = models.ForeignKey(Version, on_delete=models.PROTECT, null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["request", "user"], name="read_task_once")]
        indexes = [models.Index(fields=["user"], name="read_task_open", condition=models.Q(read_at__isnull=True))]


class Feedback(models.Model):
    """Whether a version helped somebody, with a word; who says it again has changed their mind."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="feedback")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    is_helpful = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["version", "user"], name="feedback_once")]


class MissedSearch(models.Model):
    """Something that was looked for and not found, how often, and by whom in general; nobody's name is kept."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    text = models.CharField(max_length=60)
    by_resident = models.BooleanField()
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(Coalesce("site_id", 0), "text", "by_resident", name="missed_search_once")
        ]
