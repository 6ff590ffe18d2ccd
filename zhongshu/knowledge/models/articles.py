"""Articles, their versions and their history."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import day_range
from zhongshu.knowledge.kinds import AUDIENCE_LABELS, ENTRY_LABELS, KIND_LABELS
from zhongshu.knowledge.lifecycle import STATE_LABELS
from zhongshu.knowledge.policies.content import FIELDS, Content, lines_of


class Article(models.Model):
    """What the company (site null) or a site knows about a matter. A site's article counts there instead of the
    company's of the same `code`.

    `owner` keeps it right: `review_due_on` is when it must be looked at again, every `review_months`; null: never yet
    published, or retired. `reminded_on`: when the owner was last reminded.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE, null=True)
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=choices(KIND_LABELS))
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="articles")
    review_months = models.PositiveSmallIntegerField(default=12)
    review_due_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)

    class Meta:
        ordering = ["kind", "code"]
        constraints = [models.UniqueConstraint(Coalesce("site_id", 0), "code", name="article_code_once")]
        indexes = [models.Index(fields=["review_due_on"], name="article_to_review")]

    def __str__(self) -> str:
        return self.code


class Version(models.Model):
    """A version of an article; it counts on the days `[starts_on, ends_on)` once it is published.

    The words are those of `policies.content.Content`; a trigger refuses to change them once published. `words` is what
    the search looks in (`policies.tokens`).
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=choices(STATE_LABELS))
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    audience = models.CharField(max_length=10, choices=choices(AUDIENCE_LABELS))
    categories = ArrayField(models.CharField(max_length=30), default=list)
    order_kinds = ArrayField(models.CharField(max_length=12), default=list)
    urgencies = ArrayField(models.CharField(max_length=2), default=list)
    tags = ArrayField(models.CharField(max_length=16), default=list)
    source = models.CharField(max_length=300, blank=True)
    first_minute = models.TextField(blank=True)
    steps = models.TextField(blank=True)
    says = models.TextField(blank=True)
    body = models.TextField(blank=True)
    words = SearchVectorField()
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["article"], name="version_unsettled_once", condition=models.Q(state__in=["draft", "in_review"])
            ),
            ExclusionConstraint(
                name="version_no_overlap",
                expressions=[("article", RangeOperators.EQUAL), (day_range(), RangeOperators.OVERLAPS)],
                condition=models.Q(state="published"),
            ),
            models.CheckConstraint(
                name="version_published_from",
                condition=~models.Q(state="published") | models.Q(starts_on__isnull=False),
            ),
        ]
        indexes = [
            GinIndex(fields=["words"], name="version_words", condition=models.Q(state="published")),
            GinIndex(fields=["categories"], name="version_categories", condition=models.Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def content(self) -> Content:
        values = ((name, getattr(self, name)) for name in FIELDS)
        plain: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values}
        return Content(**plain)

    @property
    def shown_title(self) -> str:
        """In the reader's language, where it has a title in it."""
        return self.title_en if self.title_en and (get_language() or "").startswith("en") else self.title

    @property
    def first_minute_lines(self) -> list[str]:
        return lines_of(self.first_minute)

    @property
    def step_lines(self) -> list[str]:
        return lines_of(self.steps)

    @property
    def said_lines(self) -> list[str]:
        return lines_of(self.says)


class ArticleEntry(models.Model):
    """A line of an article's history: who wrote, reviewed, published, retired. Append-only.

    `note` is the reason or remark.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="entries")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, null=True, related_name="entries")
    kind = models.CharField(max_length=10, choices=choices(ENTRY_LABELS))
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    by_name = models.CharField(max_length=80)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
