"""Who was spoken to, and when one may speak to them again."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from zhongshu.collecting.models import Contact, ContactRule
from zhongshu.collecting.policies.contacts import SHIPPED, WEEK, Hours
from zhongshu.kernel.periods import in_force


def hours_at(site_id: int, on: date) -> Hours:
    """The site's hours and counts that day."""
    rule = ContactRule.objects.filter(in_force(on), site_id=site_id).first()
    return Hours(rule.begins, rule.ends, rule.most_a_day, rule.most_a_week) if rule else SHIPPED


def days_of_contact(site_id: int, account_ids: Collection[int], around: date) -> dict[int, list[date]]:
    """By account, the days of its contacts within a week of the day, before and after."""
    rows = Contact.objects.filter(site_id=site_id, account_id__in=account_ids)
    rows = rows.filter(day__gt=around - WEEK, day__lt=around + WEEK)
    found: dict[int, list[date]] = defaultdict(list)
    for account_id, day in rows.values_list("account_id", "day"):
        found[account_id].append(day)
    return found


def contacts_of(account_id: int) -> "QuerySet[Contact]":
    """The latest first."""
    return Contact.objects.filter(account_id=account_id).select_related("by", "notice").order_by("-at", "-pk")
