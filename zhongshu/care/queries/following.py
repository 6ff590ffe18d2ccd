"""Improvement plans and priority records, as far as one may see them."""

from collections.abc import Collection
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from zhongshu.care.models import ImprovementPlan, PriorityRecord, Standing
from zhongshu.care.permissions import VIEW_CARE
from zhongshu.care.policies.following import GOOD_MONTHS
from zhongshu.care.policies.table import months_later
from zhongshu.estate.queries import found, keeper_of
from zhongshu.identity.actor import Actor
from zhongshu.identity.roles import Role
from zhongshu.work.queries import people_holding

REVIEWERS = (Role.QUALITY, Role.SITE_MANAGER)
"""Who answers a customer who asked for a person."""
OPEN, LATE, DONE = "open", "late", "done"
_ABOVE = (Role.SUPERVISOR, Role.SITE_MANAGER)
_SCORE = Subquery(Standing.objects.filter(account=OuterRef("account")).values("score")[:1])
_BAND = Subquery(Standing.objects.filter(account=OuterRef("account")).values("band")[:1])
_RELATED = ("account__unit", "account__customer", "owner")


def plans_listed(actor: Actor, site_id: int, *, state: str = OPEN, on: date) -> "QuerySet[ImprovementPlan]":
    """Open ones by when they are due; written ones, the latest first. Each with `score` and `band` as they stand."""
    rows = actor.visible(ImprovementPlan.objects.filter(site_id=site_id), VIEW_CARE)
    rows = rows.select_related(*_RELATED).annotate(score=_SCORE, band=_BAND)
    if state == DONE:
        return rows.filter(done_at__isnull=False).order_by("-done_at", "-pk")
    rows = rows.filter(_running(on), done_at=None).order_by("due_on", "pk")
    return rows.filter(due_on__lt=on) if state == LATE else rows


def _running(on: date) -> Q:
    return Q(account__ends_on=None) | Q(account__ends_on__gt=on)


def plan_seen(actor: Actor, plan_id: int) -> ImprovementPlan:
    """Raises NotFound."""
    rows = actor.visible(ImprovementPlan.objects.filter(pk=plan_id), VIEW_CARE).annotate(score=_SCORE, band=_BAND)
    return found(rows.select_related(*_RELATED, "done_by"))


def may_write(actor: Actor, plan: ImprovementPlan, on: date) -> bool:
    """Its owner, the account's keeper of the day, and those above them."""
    if actor.is_system or actor.user_id == plan.owner_id or actor.holds(*_ABOVE, site_id=plan.site_id):
        return True
    keeper = keeper_of(plan.account.unit, on) if plan.account.unit else None
    return keeper is not None and keeper.pk == actor.user_id


def records_listed(actor: Actor, site_id: int, *, state: str = OPEN, on: date) -> "QuerySet[PriorityRecord]":
    """Open ones by their next review; closed ones, the latest first. Each with `score` and `band` as they stand."""
    rows = actor.visible(PriorityRecord.objects.filter(site_id=site_id), VIEW_CARE)
    rows = rows.select_related(*_RELATED).annotate(score=_SCORE, band=_BAND)
    if state == DONE:
        return rows.filter(closed_on__isnull=False).order_by(F("closed_on").desc(), "-pk")
    rows = rows.filter(closed_on=None).order_by("review_on", "pk")
    return rows.filter(review_on__lt=on) if state == LATE else rows


def record_seen(actor: Actor, record_id: int) -> PriorityRecord:
    """Raises NotFound."""
    rows = actor.visible(PriorityRecord.objects.filter(pk=record_id), VIEW_CARE).annotate(score=_SCORE, band=_BAND)
    return found(rows.select_related(*_RELATED))


def closes_on(record: PriorityRecord) -> date | None:
    """When it closes if the score stays as it is; None while it is low, or when it has closed."""
    return None if record.good_since is None or record.closed_on else months_later(record.good_since, GOOD_MONTHS)


def holders(roles: Collection[Role], site_id: int, on: date) -> list[int]:
    """Who holds one of the roles for the site that day, also those who hold it everywhere."""
    return sorted(set(people_holding(roles, [site_id], on).values_list("user_id", flat=True)))
