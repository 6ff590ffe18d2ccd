"""What becomes due by itself: calls, check-backs, judgements, works that take too long, the call
after the rain, and signatures that nobody gives.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from zhongshu.cases.engine.calling import ask_for_call
from zhongshu.cases.engine.lapsing import remind_of_signature, sign_by_lapse
from zhongshu.cases.engine.telling import tell_caller, tell_incident_owner, tell_level_above, tell_owner, tell_users
from zhongshu.cases.kinds import CallReason, ComplaintKind
from zhongshu.cases.lifecycle import CaseState
from zhongshu.cases.models import Case, Complaint, FollowUp, Incident, RainDay, Referral
from zhongshu.cases.policies import LEAD_HEARS_AFTER
from zhongshu.cases.policies.matters import rain_call_opens_on
from zhongshu.cases.queries import role_holders
from zhongshu.cases.queries.complaints import judges_of
from zhongshu.cases.queries.standing import does_not_want_calls
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of

BATCH = 500
JUDGE_WARNED_BEFORE = timedelta(hours=4)
RAIN_CALL_WITHIN = timedelta(days=2)
_CLAIM = """
    UPDATE {table} SET {column} = %s
    WHERE id IN (
        SELECT id FROM {table}
        WHERE {waiting} AND {due} <= %s AND {column} IS NULL
        ORDER BY {due} LIMIT %s FOR UPDATE SKIP LOCKED
    )
    RETURNING id
"""
CALLS = {"table": "cases_followup", "waiting": "done_at IS NULL", "due": "due_at"}
CHECK_BACKS = {"table": "cases_referral", "waiting": "settled_at IS NULL", "due": "check_back_due_at"}
LATE_CHECK_BACKS = CHECK_BACKS | {"due": "check_back_latest_at"}
COMPLAINTS = {
    "table": "cases_complaint",
    "waiting": "judged_at IS NULL AND kind <> 'compliment'",
    "due": "judge_due_at",
}
WORKS = {"table": "cases_incident", "waiting": "state = 'open'", "due": "planned_until"}
Tell = Callable[[int, datetime], None]


def tick(*, at: datetime) -> dict[str, int]:
    """Tell whoever must act of what is due, and some time later the level above; each thing once to each.

    Claimed by an UPDATE that skips what a rival has locked, so that it may run twice and beside itself. The numbers
    are those of calls, referrals, complaints, works, not of people told.
    """
    return {
        "overdue_calls": _all(CALLS | {"column": "overdue_told_at"}, _call, at=at, due_by=at),
        "overdue_calls_to_lead": _all(
            CALLS | {"column": "overdue_lead_told_at"}, _call_to_lead, at=at, due_by=at - LEAD_HEARS_AFTER
        ),
        "check_backs": _all(CHECK_BACKS | {"column": "reminded_at"}, _check_back, at=at, due_by=at),
        "late_check_backs": _all(LATE_CHECK_BACKS | {"column": "escalated_at"}, _late_check_back, at=at, due_by=at),
        "complaints": _all(COMPLAINTS | {"column": "reminded_at"}, _judge, at=at, due_by=at + JUDGE_WARNED_BEFORE),
        "late_complaints": _all(COMPLAINTS | {"column": "escalated_at"}, _judge_late, at=at, due_by=at),
        "works_over_time": _all(WORKS | {"column": "overdue_told_at"}, _works, at=at, due_by=at),
        "rain_calls": _rain_calls(at=at),
        "unsigned_reminded": _unsigned("sign_remind_at", remind_of_signature, at=at),
        "signed_by_lapse": _unsigned("sign_lapses_at", sign_by_lapse, at=at),
    }


def _unsigned(column: str, act: Callable[..., bool], *, at: datetime) -> int:
    due = {f"{column}__lte": at}
    ids = list(Case.objects.filter(**due).order_by(column).values_list("pk", flat=True))
    return sum(_claimed(case_id, due, act, at=at) for case_id in ids)


@transaction.atomic
def _claimed(case_id: int, due: dict[str, datetime], act: Callable[..., bool], *, at: datetime) -> bool:
    rows = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("site", "place", "customer")
    case = rows.filter(pk=case_id, state=CaseState.OPEN, **due).first()
    return case is not None and act(case, at=at)


def _all(what: dict[str, str], tell: Tell, *, at: datetime, due_by: datetime) -> int:
    told = 0
    while count := _some(what, tell, at=at, due_by=due_by):
        told += count
    return told


@transaction.atomic
def _some(what: dict[str, str], tell: Tell, *, at: datetime, due_by: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(**what), [at, due_by, BATCH])
        ids = [row[0] for row in cursor.fetchall()]
    for row_id in ids:
        tell(row_id, at)
    return len(ids)


def _call(call_id: int, at: datetime) -> None:
    call = FollowUp.objects.select_related("case").get(pk=call_id)
    title = f"报事 {call.case.number} 的回访已逾期"  # matter
    tell_caller(call, title, key=f"call_overdue:{call.pk}:overdue_told_at", at=at)


def _call_to_lead(call_id: int, at: datetime) -> None:
    case = FollowUp.objects.select_related("case").get(pk=call_id).case
    title = f"报事 {case.number} 的回访已逾期"  # matter
    tell_level_above(case, "call_overdue", title, "", key=f"call_overdue:{call_id}:overdue_lead_told_at", at=at)


def _check_back(referral_id: int, at: datetime) -> None:
    referral = Referral.objects.select_related("case", "body").get(pk=referral_id)
    title = f"报事 {referral.case.number} 转介后该回访了"  # matter
    tell_owner(referral.case, "check_back", title, referral.body.name, key=f"check_back:{referral_id}", at=at)


def _late_check_back(referral_id: int, at: datetime) -> None:
    referral = Referral.objects.select_related("case", "body").get(pk=referral_id)
    title = f"报事 {referral.case.number} 转介后逾期未回访"  # matter
    tell_level_above(
        referral.case, "check_back_late", title, referral.body.name, key=f"check_back_late:{referral_id}", at=at
    )


def _judge(complaint_id: int, at: datetime) -> None:
    complaint = _complaint(complaint_id)
    title = f"投诉 {complaint.case.number} 即将到裁定时限"  # matter
    tell_users(complaint.case, judges_of(complaint, at=at), "complaint_to_judge", title, "", key="judge_soon", at=at)


def _judge_late(complaint_id: int, at: datetime) -> None:
    """Those who are to judge, their site manager and the quality department."""
    complaint = _complaint(complaint_id)
    above = {
        pk
        for role in (Role.SITE_MANAGER, Role.QUALITY)
        for pk in role_holders(complaint.site_id, role, at=at).values_list("pk", flat=True)
    }
    title = f"投诉 {complaint.case.number} 超过时限仍未裁定"  # matter
    readers = above | set(judges_of(complaint, at=at))
    tell_users(complaint.case, readers, "complaint_late", title, "", key="judge_late", at=at)


def _complaint(complaint_id: int) -> Complaint:
    rows = Complaint.objects.exclude(kind=ComplaintKind.COMPLIMENT)
    return rows.select_related("case", "site", "against_team__lead").get(pk=complaint_id)


def _works(incident_id: int, at: datetime) -> None:
    tell_incident_owner(Incident.objects.get(pk=incident_id), at=at)


def _rain_calls(*, at: datetime) -> int:
    """Mended leaks on which it has rained since: whoever reported them is called the day after the rain."""
    watched = Case.objects.filter(rain_watched_from__isnull=False, rain_watched_from__lt=day_of(at))
    sites = RainDay.objects.filter(on__gte=day_of(at) - timedelta(days=400)).values("site_id")
    ids = list(watched.filter(site_id__in=sites).order_by("pk").values_list("pk", flat=True))
    return sum(_rain_call(case_id, at=at) for case_id in ids)


@transaction.atomic
def _rain_call(case_id: int, *, at: datetime) -> bool:
    watched = Case.objects.filter(pk=case_id, rain_watched_from__isnull=False, state=CaseState.CLOSED)
    case = watched.select_for_update(of=("self",), skip_locked=True).select_related("site", "place", "customer").first()
    if case is None or case.rain_watched_from is None:
        return False
    rainy = RainDay.objects.filter(site_id=case.site_id, on__gte=case.rain_watched_from).values_list("on", flat=True)
    if rain_call_opens_on(case.rain_watched_from, list(rainy), day_of(at)) is None:
        return False
    case.rain_watched_from = None
    case.save(update_fields=["rain_watched_from"])
    if not does_not_want_calls(case, at):
        ask_for_call(case, CallReason.RAIN, due_at=at + RAIN_CALL_WITHIN, at=at)
    return True
