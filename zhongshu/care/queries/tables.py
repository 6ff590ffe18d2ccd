"""Which version of the policy is in force at a site, day by day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Max, Q

from zhongshu.care.models import Evaluation, Policy
from zhongshu.care.policies.checking import LABELS
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of, local


@dataclass(frozen=True, slots=True)
class Span:
    """A version and the days `[starts_on, ends_on)` on which it is in force; the first has no beginning."""

    policy: Policy
    starts_on: date | None
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)


def spans_of(site_id: int | None) -> list[Span]:
    """In order (None: of the company). From its own first version on, a site follows those instead of the company's."""
    rows = list(Policy.objects.filter(Q(site_id=site_id) | Q(site=None)).order_by("starts_on", "pk"))
    own = [row for row in rows if row.site_id]
    ours = [row for row in rows if not row.site_id and (not own or row.starts_on < own[0].starts_on)]
    return _spans([*ours, *own])


def _spans(rows: Iterable[Policy]) -> list[Span]:
    ordered = list(rows)
    ends = [later.starts_on for _row, later in pairwise(ordered)] + [None]
    starts: list[date | None] = [None, *(row.starts_on for row in ordered[1:])]
    return [Span(*each) for each in zip(ordered, starts, ends, strict=True)] if ordered else []


def policy_on(spans: Iterable[Span], day: date) -> Policy:
    """The version in force that day."""
    return next(span.policy for span in spans if span.holds_on(day))


def policy_then(site_id: int | None, day: date) -> Policy:
    """The version in force that day; before there is any, the table of the document."""
    spans = spans_of(site_id)
    return policy_on(spans, day) if spans else Policy(pk=0, version=1)


def choices_of(policy: Policy) -> dict[str, Any]:
    """Every choice of a version, by the name of its field."""
    return {name: getattr(policy, name) for name in LABELS}


def points_of_complaints(site_id: int, day: date) -> dict[str, list[int]]:
    """By severity, from–to: what a judgement of that day may cost at the site."""
    said: dict[str, list[int]] = policy_then(site_id, day).complaint_bands
    return said


def followers(day: date) -> list[int]:
    """Sites that follow the company's table on a day: without a version of their own by then."""
    own = Policy.objects.filter(site__isnull=False, starts_on__lte=day)
    return list(Site.objects.exclude(pk__in=own.values("site_id")).order_by("pk").values_list("pk", flat=True))


def due_sites(at: datetime, *, not_before: date) -> list[int]:
    """Sites that were evaluated up to a day since `not_before`, not up to today, and whose hour has come."""
    rows = Evaluation.objects.values("site_id").annotate(last=Max("to_on")).order_by("site_id")
    waiting = rows.filter(last__gte=not_before, last__lt=day_of(at)).values_list("site_id", flat=True)
    return [pk for pk in waiting if policy_on(spans_of(pk), day_of(at)).evaluate_at <= local(at).time()]
