"""What was told before: by the same household or about the same place, and who tells often."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Max,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, ServiceRules
from zhongshu.kernel.clock import day_of

LISTED_DAYS = 30
OFTEN = 3


@dataclass(frozen=True, slots=True)
class Earlier:
    """The cases about the same matter, the newest first. `times`: how often it has been told with this time."""

    cases: list[Case]

    @property
    def times(self) -> int:
        return 1 + sum(1 + case.further_call_count for case in self.cases)

    @property
    def open_case(self) -> Case | None:
        """The one to which this may be added as a further call."""
        running = (CaseState.OPEN, CaseState.FOLLOW_UP)
        return next((case for case in self.cases if case.state in running), None)


def told_before(
    *, site_id: int, category: str, account_number: str = "", place_code: str = "", at: datetime
) -> Earlier:
    """The same category, by the same household or about the same place, open or not long ago. One statement."""
    if not (account_number or place_code):
        return Earlier([])
    same = Q(place__code=place_code) | Q(account__unit__code=place_code) if place_code else Q()
    same |= Q(account__number=account_number) if account_number else Q()
    rows = Case.objects.filter(same, site_id=site_id, category=category).exclude(state=CaseState.WITHDRAWN)
    recent = rows.filter(Q(opened_at__gte=_since(site_id, at)) | Q(closed_at__isnull=True))
    return Earlier(list(recent.select_related("owner", "place").order_by("-opened_at", "-pk")[:10]))


def _since(site_id: int, at: datetime) -> "ExpressionWrapper[Any]":
    """The instant from which a matter told counts as told before, by the site's rules."""
    rules = ServiceRules.objects.filter(site_id=site_id, starts_on__lte=day_of(at)).order_by("-starts_on")
    default = ServiceRules._meta.get_field("repeat_days").default
    days = Coalesce(Subquery(rules.values("repeat_days")[:1]), default)
    span = ExpressionWrapper(days * Value(timedelta(days=1)), output_field=DurationField())
    return ExpressionWrapper(Value(at) - span, output_field=DateTimeField())


def linked_to(case: Case) -> QuerySet[Case]:
    """The other cases of the same message."""
    first = case.heard_with_id or case.pk
    return Case.objects.filter(Q(pk=first) | Q(heard_with_id=first)).exclude(pk=case.pk).order_by("pk")


@dataclass(frozen=True, slots=True)
class Repeater:
    """A household that tells often: how many matters and further calls, and when last."""

    account_number: str
    name: str
    unit: str
    cases: int
    further_calls: int
    open_cases: int
    last_at: datetime

    @property
    def times(self) -> int:
        return self.cases + self.further_calls


def repeat_callers(site_id: int, *, at: datetime) -> list[Repeater]:
    """Households that told something three times or more in thirty days, the most often first. One statement."""
    recent = Case.objects.filter(
        site_id=site_id, opened_at__gte=at - timedelta(days=LISTED_DAYS), account__isnull=False
    )
    told = recent.exclude(state=CaseState.WITHDRAWN).values(
        "account__number", "account__customer__name", "account__unit__label"
    )
    counted = told.annotate(
        cases=Count("pk"),
        further=Sum("further_call_count"),
        running=Count("pk", filter=Q(closed_at__isnull=True)),
        last_at=Max("opened_at"),
    )
    often = counted.annotate(times=F("cases") + F("further")).filter(times__gte=OFTEN).order_by("-times", "-last_at")
    return [
        Repeater(
            row["account__number"],
            row["account__customer__name"],
            row["account__unit__label"] or "",
            row["cases"],
            row["further"],
            row["running"],
            row["last_at"],
        )
        for row in often[:200]
    ]
