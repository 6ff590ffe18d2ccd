"""How a program follows cases: those that changed, in the order in which they did."""

from datetime import datetime
from enum import StrEnum

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from zhongshu.cases.models import Case, CaseEntry
from zhongshu.identity.audit import changed_since, last_change


class CaseOrder(StrEnum):
    """The orders of a list of cases."""

    NEWEST = "-opened_at"
    OLDEST = "opened_at"
    UPDATED = "updated_at"


def with_updated_at(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each with `updated_at`: when it last changed. Its orders have instants of their own."""
    entries = CaseEntry.objects.filter(case=OuterRef("pk")).order_by("-pk").values("at")[:1]
    latest = Greatest(Coalesce(last_change(Case), "opened_at"), Coalesce(Subquery(entries), "opened_at"))
    return cases.annotate(updated_at=latest)


def updated_since(cases: QuerySet[Case], since: datetime) -> QuerySet[Case]:
    """Those that changed at that instant or later."""
    noted = CaseEntry.objects.filter(case=OuterRef("pk"), at__gte=since)
    return cases.filter(changed_since(Case, since) | Exists(noted))
