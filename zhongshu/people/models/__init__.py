"""Tables of people."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models

from zhongshu.estate.models import Place
from zhongshu.identity.models import Site, User
from zhongshu.kernel.choices import choices
from zhongshu.people.kinds import ABSENCE_LABELS, DUTY_LABELS, HANDING_LABELS, TEAM_KIND_LABELS, Handing


def instant_range() -> models.Func:
    """The row's period `[starts_at, ends_at)` as a tstzrange."""
    return models.Func("starts_at", "ends_at", function="tstzrange", output_field=DateTimeRangeField())


class Skill(models.Model):
    """Something one can do, such as plumbing; codes follow the categories of cases."""

    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A team of one site. `lead` answers for it: the supervisor, who rules on objections and is escalated to.

    `handing`: how new work reaches somebody of the team; what is neither claimed nor sent on within `handing_minutes`
    the machine dispatches. `pool_kinds`: the kinds of orders that may wait in the pool; empty means all.
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    code = models.CharField(max_length=30)
    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, choices=choices(TEAM_KIND_LABELS))
    lead = models.ForeignKey("Staff", on_delete=models.PROTECT, null=True, related_name="leads")
    handing = models.CharField(max_length=8, choices=choices(HANDING_LABELS), default=Handing.DIRECT)
    handing_minutes = models.PositiveSmallIntegerField(default=10)
    pool_kinds = models.JSONField(default=list)

    class Meta:
        ordering = ["site", "code"]
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="team_code_once")]

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """An employee at a site. `capacity` is how many open orders they carry at once before others come first.

    `last_place` is where they were last known to be on the site (arrivals and quick reports tell).
    """

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff")
    employee_no = models.CharField(max_length=20)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="members")
    title = models.CharField(max_length=40, blank=True)
    skills = models.ManyToManyField(Skill, related_name="staff")
    capacity = models.PositiveSmallIntegerField(default=5)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)
    last_place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True)
    last_seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["site", "employee_no"]
        constraints = [models.UniqueConstraint(fields=["site", "employee_no"], name="employee_no_once")]

    def __str__(self) -> str:
        return self.user.name


class RosterEntry(models.Model):
    """Somebody on duty from an instant until (exclusive) another. The same duty cannot overlap itself."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="roster")
    duty = models.CharField(max_length=14, choices=choices(DUTY_LABELS))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            ExclusionConstraint(
                name="roster_no_overlap",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    ("duty", RangeOperators.EQUAL),
                    (instant_range(), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(name="roster_forward", condition=models.Q(ends_at__gt=models.F("starts_at"))),
        ]
        indexes = [models.Index(fields=["site", "starts_at", "ends_at"], name="roster_by_time")]


class Absence(models.Model):
    """Somebody away from an instant until (exclusive) another; nobody is away twice at once."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="absences")
    reason = models.CharField(max_length=10, choices=choices(ABSENCE_LABELS))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[("staff", RangeOperators.EQUAL), (instant_range(), RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(name="absence_forward", condition=models.Q(ends_at__gt=models.F("starts_at"))),
        ]
        indexes = [models.Index(fields=["site", "starts_at", "ends_at"], name="absence_by_time")]
