"""What a keeper's morning is made of: tasks, visits, promises, complaints, plans, and what the night changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zhongshu.care.kinds import BAND_LABELS, MANNER_LABELS, RULE_LABELS, Band, Manner, Rule, TaskState
from zhongshu.care.models import ImprovementPlan, TaskLine
from zhongshu.care.policies.morning import Errand, Reason
from zhongshu.care.policies.table import has_fallen
from zhongshu.care.queries import boards
from zhongshu.care.queries.boards import Moment, Scored, Wanted
from zhongshu.cases.kinds import ComplaintKind
from zhongshu.cases.models import Complaint, ComplaintLine
from zhongshu.cases.queries.complaints import complaints_listed
from zhongshu.collecting.models import Contact
from zhongshu.collecting.queries.arrears import Narrowed, owing
from zhongshu.community.queries.visits import to_visit
from zhongshu.estate.models import KeeperTerritory
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import SITE_ZONE
from zhongshu.kernel.periods import in_force

MOST: Final = 500
KEPT: Final = timedelta(days=60)
"""A promise older than that is asked about by the ladder, not every morning."""


@dataclass(frozen=True, slots=True)
class Morning:
    """`reasons` in no order; `changed`: the accounts whose score moved overnight; `accounts` by key of the reasons."""

    reasons: list[Reason]
    changed: list[Scored]
    accounts: dict[str, Scored]


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose morning at a site: of one keeper, or (None) of all."""

    actor: Actor
    site_id: int
    today: date
    keeper_id: int | None


def morning(whose: Whose) -> Morning:
    """All of it. At most fourteen statements, however much there is."""
    changed = _changed(whose)
    reasons = [
        *_complaints(whose),
        *_tasks(whose),
        *_promises(whose),
        *_plans(whose),
        *_falls(changed, whose.today),
        *_visits(whose),
    ]
    return Morning(reasons, changed, _accounts(whose, {one.key for one in reasons}, changed))


def _changed(whose: Whose) -> list[Scored]:
    wanted = Wanted(keeper_id=whose.keeper_id, moved="changed")
    now, before = Moment(whose.today), boards.overnight(whose.today)
    return boards.listed(whose.site_id, now, before, wanted, size=MOST, order="change").rows


def _falls(changed: Collection[Scored], today: date) -> list[Reason]:
    return [
        Reason(Errand.FALL, f"{row.account_id}", today, _fallen(row))
        for row in changed
        if has_fallen(Band(row.band_before), Band(row.band))
    ]


def _fallen(row: Scored) -> str:
    bands = {"before": BAND_LABELS[Band(row.band_before)], "after": BAND_LABELS[Band(row.band)]}
    return _("情感值从“%(before)s”降到“%(after)s”") % bands


def _tasks(whose: Whose) -> list[Reason]:
    """What waits for a line of theirs; of all keepers, once for each task."""
    rows = TaskLine.objects.filter(site_id=whose.site_id, recorded_at=None, task__state=TaskState.OPEN)
    rows = rows.filter(holder_id=whose.keeper_id) if whose.keeper_id else rows
    lines = {line.task_id: line for line in rows.select_related("task").order_by("due_on", "pk")[:MOST]}
    return [
        Reason(Errand.TASK, f"{line.task.account_id}", line.due_on, _asked(line), f"{line.task_id}")
        for line in lines.values()
    ]


def _asked(line: TaskLine) -> str:
    return f"{MANNER_LABELS[Manner(line.task.manner)]} · {RULE_LABELS[Rule(line.task.rule)]}"


def _visits(whose: Whose) -> list[Reason]:
    rows = to_visit(whose.actor, whose.site_id, whose.today, keeper_id=whose.keeper_id)[:MOST]
    return [
        Reason(Errand.VISIT, f"{row.account_id}", row.planned_on, _("季度拜访"), f"{row.account_id}") for row in rows
    ]


def _promises(whose: Whose) -> list[Reason]:
    """The last word of those who promised to pay by now and still owe."""
    said = Contact.objects.filter(site_id=whose.site_id, promised_on__lte=whose.today)
    later = Contact.objects.filter(site_id=whose.site_id, account=OuterRef("account"), at__gt=OuterRef("at"))
    last = said.filter(~Exists(later), promised_on__gte=whose.today - KEPT).order_by("promised_on", "pk")
    ids = list(last.values_list("account_id", flat=True)[:MOST])
    wanted = Narrowed(account_ids=ids, keeper_id=whose.keeper_id)
    rows = owing(whose.site_id, whose.today, wanted, size=MOST).rows if ids else []
    return [
        Reason(Errand.PROMISE, f"{row.account_id}", row.promised_on, _owes(row.principal))
        for row in rows
        if row.promised_on
    ]


def _owes(principal: Decimal) -> str:
    return _("答应交费，还欠 %(sum)s 元") % {"sum": f"{principal:,.2f}"}


def _plans(whose: Whose) -> list[Reason]:
    rows = ImprovementPlan.objects.filter(site_id=whose.site_id, done_at=None)
    rows = rows.filter(owner_id=whose.keeper_id) if whose.keeper_id else rows
    return [
        Reason(Errand.PLAN, f"{row.account_id}", row.due_on, _("写改善计划"), f"{row.pk}")
        for row in rows.order_by("due_on", "pk")[:MOST]
    ]


def _complaints(whose: Whose) -> list[Reason]:
    """Those of the day before and today, and those in which the keeper has not yet shown what is asked of them."""
    return [
        Reason(Errand.COMPLAINT, _key(row), row.at.astimezone(SITE_ZONE).date(), _said(row), row.case.number)
        for row in _new_complaints(whose)[:MOST]
    ]


def _new_complaints(whose: Whose) -> "QuerySet[Complaint]":
    since = datetime.combine(whose.today - timedelta(days=1), time(), SITE_ZONE)
    rows = complaints_listed(whose.actor, whose.site_id).exclude(kind=ComplaintKind.COMPLIMENT)
    rows = rows.filter(case__closed_at=None)
    if whose.keeper_id is None:
        return rows.filter(at__gte=since)
    theirs = ComplaintLine.objects.filter(case=OuterRef("case"), holder_id=whose.keeper_id, recorded_at=None)
    return rows.filter(Q(Exists(theirs)) | Q(_within(whose, whose.keeper_id), at__gte=since))


def _within(whose: Whose, keeper_id: int) -> Q:
    """Places of the keeper's territories."""
    held = KeeperTerritory.objects.filter(in_force(whose.today), site_id=whose.site_id, keeper_id=keeper_id)
    inside = Q(pk__in=[])
    for path in held.values_list("place__path", flat=True):
        inside |= Q(case__place__path=path) | Q(case__place__path__startswith=f"{path}/")
    return inside


def _key(row: Complaint) -> str:
    return f"{row.case.account_id}" if row.case.account_id else f"case:{row.case.number}"


def _said(row: Complaint) -> str:
    return f"{row.get_kind_display()}：{row.case.text[:40]}"  # matter: what the customer said


def _accounts(whose: Whose, keys: Collection[str], known: Collection[Scored]) -> dict[str, Scored]:
    """Who lives there, by key; no statement where the night has told of all of them."""
    found = {f"{row.account_id}": row for row in known}
    missing = [int(key) for key in keys if key.isdecimal() and key not in found]
    if missing:
        today = Moment(whose.today)
        wanted = Wanted(account_ids=missing)
        rows = boards.listed(whose.site_id, today, today, wanted, size=len(missing), order="unit").rows
        found |= {f"{row.account_id}": row for row in rows}
    return found
