"""The tree of places of a site, and how each dwelling has been used."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models

from zhongshu.estate.kinds import OCCUPANCY_LABELS, PARKING_KIND_LABELS, PLACE_KIND_LABELS, USAGE_LABELS
from zhongshu.identity.models import Site
from zhongshu.kernel.choices import choices
from zhongshu.kernel.periods import no_overlap


def as_counted(path: str) -> models.Func:
    """A path with every number padded to eight digits: the order of text becomes that of counting, 2 before 10."""
    longer = _replaced(models.F(path), r"(\d+)", r"0000000\1")
    return _replaced(longer, r"0*(\d{8})(?!\d)", r"\1")


def _replaced(text: models.F | models.Func, pattern: str, by: str) -> models.Func:
    values = (models.Value(pattern), models.Value(by), models.Value("g"))
    return models.Func(text, *values, function="regexp_replace", output_field=models.TextField())


class Place(models.Model):
    """A node of the tree.

    `code` is what staff use (`P2-3-2-1502`, `PK-B1-236`, `PUB-GATE-E`, `EQ-P1-3-2-L`), unique within the site.
    `path` joins the codes from the root to this node by `/`, so that a subtree is one prefix; `path_as_counted`
    sorts P1-2 before P1-10. `label` is what people
    say (二期3栋2单元1502).
    Areas are square metres; `x`, `y` are coordinates on the site plan, 0–1000.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    kind = models.CharField(max_length=16, choices=choices(PLACE_KIND_LABELS))
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=400)
    path_as_counted = models.GeneratedField(
        expression=as_counted("path"), output_field=models.TextField(), db_persist=True
    )
    label = models.CharField(max_length=80)
    floor_no = models.SmallIntegerField(null=True)
    room_no = models.CharField(max_length=20, blank=True)
    gross_area = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    net_area = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    usage = models.CharField(max_length=10, choices=choices(USAGE_LABELS), blank=True)
    parking_kind = models.CharField(max_length=14, choices=choices(PARKING_KIND_LABELS), blank=True)
    handed_over_on = models.DateField(null=True)
    x = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    y = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["site", "path"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="place_code_once")]
        indexes = [
            models.Index(models.F("site"), OpClass("path", name="varchar_pattern_ops"), name="place_subtree"),
            models.Index(fields=["site", "path_as_counted"], name="place_as_counted"),
            models.Index(fields=["site", "kind"], name="place_by_kind"),
            GinIndex(OpClass("label", name="gin_trgm_ops"), name="place_label_trgm"),
        ]

    def __str__(self) -> str:
        return self.label


class Occupancy(models.Model):
    """The status of a dwelling from a day on, until (exclusive) another."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="occupancies")
    status = models.CharField(max_length=12, choices=choices(OCCUPANCY_LABELS))
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [no_overlap("occupancy_no_overlap", "place")]
        indexes = [models.Index(fields=["site", "status"], name="occupancy_by_status")]


class DoorDirection(models.Model):
    """Which door a direction word means on this site (东 → 01); without rows the usual ones hold."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    word = models.CharField(max_length=4)
    door = models.CharField(max_length=4)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "word"], name="door_direction_once")]


class SiteLayoutVersion(models.Model):
    """Counts the changes of a site's places, so that what was built from them knows when it is stale."""

    site = models.OneToOneField(Site, on_delete=models.CASCADE, primary_key=True)
    version = models.PositiveIntegerField(default=1)
