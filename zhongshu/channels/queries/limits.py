"""The numbers in force at a site."""

from dataclasses import fields
from datetime import date

from django.db.models import F, Q, QuerySet

from zhongshu.channels.models import ChannelPolicy
from zhongshu.channels.policies.limits import STANDARD, Limits
from zhongshu.kernel.periods import in_force, not_ended


def limits_of(site_id: int, on: date) -> Limits:
    """The site's own row, else the company's, else what we ship."""
    rows = ChannelPolicy.objects.filter(in_force(on), Q(site_id=site_id) | Q(site__isnull=True))
    row = rows.order_by(F("site").desc(nulls_last=True)).first()
    return Limits(**{one.name: getattr(row, one.name) for one in fields(Limits)}) if row else STANDARD


def policies_at(site_id: int, on: date) -> QuerySet[ChannelPolicy]:
    """The site's own rows that are in force or to come."""
    return ChannelPolicy.objects.filter(not_ended(on), site_id=site_id).order_by("starts_on")
