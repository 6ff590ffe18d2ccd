"""Letters, page by page, and what was written back."""

from django.db import models

from zhongshu.cases.models import Case
from zhongshu.identity.models import Site, User


class Letter(models.Model):
    """A letter and the case it became. `replied_on` null: nobody has written back."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="letter")
    sender = models.CharField(max_length=80)
    received_on = models.DateField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reply = models.TextField(blank=True)
    replied_on = models.DateField(null=True)
    replied_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["site", "-received_on"], name="letter_by_day")]


class LetterPage(models.Model):
    """A page of a letter, re-encoded on arrival. `is_reply`: of what we wrote back."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="pages")
    file = models.ImageField(upload_to="letters/%Y/%m/")
    sha256 = models.CharField(max_length=64)
    is_reply = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["letter", "sha256"], name="letter_page_once")]
