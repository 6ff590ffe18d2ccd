"""Half-open periods of days in the database: `[starts_on, ends_on)`, open at the end where `ends_on` is null."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models


def day_range() -> models.Func:
    """The row's period as a daterange."""
    return models.Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField())


def no_overlap(name: str, *keys: str, condition: models.Q | None = None) -> ExclusionConstraint:
    """No two rows with equal `keys` may share a day; with a condition, of those that meet it."""
    equal = [(key, RangeOperators.EQUAL) for key in keys]
    return ExclusionConstraint(
        name=name, expressions=[*equal, (day_range(), RangeOperators.OVERLAPS)], condition=condition
    )


def in_force(day: date, *, prefix: str = "") -> models.Q:
    """Rows whose period contains `day`; `prefix` reaches them through a relation (`accounts__`)."""
    started = models.Q(**{f"{prefix}starts_on__lte": day})
    running = models.Q(**{f"{prefix}ends_on__isnull": True}) | models.Q(**{f"{prefix}ends_on__gt": day})
    return started & running


def not_ended(day: date) -> models.Q:
    """Rows whose period contains `day` or is still to come."""
    return models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=day)
