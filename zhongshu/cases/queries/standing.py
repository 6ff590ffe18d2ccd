"""How a case stands besides its own orders: an incident, referrals, a complaint."""

from collections.abc import Sequence
from datetime import date, datetime

from zhongshu.cases.kinds import CheckBack, ComplaintKind, Severity
from zhongshu.cases.lifecycle import Answer, IncidentState
from zhongshu.cases.models import (
    CallRefusal,
    Case,
    Complaint,
    ComplaintLine,
    ComplaintReport,
    Incident,
    IncidentAnswer,
    Judgement,
    Referral,
    ServiceRules,
)
from zhongshu.cases.policies import complaints, incidents, matters
from zhongshu.identity.roles import Role
from zhongshu.kernel.clock import day_of
from zhongshu.work.lifecycle import State


def rules_of(site_id: int, at: datetime) -> ServiceRules:
    """What the site has chosen; the defaults where it has chosen nothing."""
    rows = ServiceRules.objects.filter(site_id=site_id, starts_on__lte=day_of(at)).order_by("-starts_on")
    return rows.first() or ServiceRules(site_id=site_id, starts_on=date(2020, 1, 1))


def also_weighing(case: Case) -> list[State]:
    """What weighs among the states of the case's orders although it is no order of its own."""
    settled = Referral.objects.filter(case=case).order_by("pk").values_list("outcome", flat=True)
    weights = matters.weight_of_referrals([outcome == CheckBack.HELPED if outcome else None for outcome in settled])
    if case.incident_id is not None:
        weights.append(_weight_of_incident(case, case.incident_id))
    if complaint_is_open(case):
        weights.append(State.ACCEPTED)
    return weights


def _weight_of_incident(case: Case, incident_id: int) -> State:
    state = Incident.objects.values_list("state", flat=True).get(pk=incident_id)
    answered = IncidentAnswer.objects.filter(incident_id=incident_id, case=case).exists()
    return incidents.stands_for(IncidentState(state), is_answered=answered)


def complaint_is_open(case: Case) -> bool:
    """Whether a complaint still waits for its judgement, for somebody to act, or for the report on it."""
    complaint = Complaint.objects.filter(case=case).first()
    if complaint is None or complaint.kind == ComplaintKind.COMPLIMENT:
        return False
    judged = judgement_in_force(case.pk)
    if judged is None:
        return True
    severity = Severity(judged.severity)
    return bool(lacking(severity, lines_of(case.pk, severity))) or report_is_missing(case.pk, severity)


def answers_more(case: Case) -> bool:
    """Whether the case is part of an incident, was referred, or is a complaint: silence signs none of these."""
    complaints_of_it = Complaint.objects.filter(case=case).exclude(kind=ComplaintKind.COMPLIMENT)
    referred = Referral.objects.filter(case=case)
    return case.incident_id is not None or referred.exists() or complaints_of_it.exists()


def judgement_in_force(case_id: int) -> Judgement | None:
    """The judgement that stands: the last that reverses nothing and is not reversed."""
    rows = Judgement.objects.filter(case_id=case_id, reverses__isnull=True, reversal__isnull=True)
    return rows.order_by("-pk").first()


def lines_of(case_id: int, severity: Severity) -> list[ComplaintLine]:
    """The lines of the roles that must act, the lowest level first."""
    roles = complaints.ROLES[severity]
    rows = ComplaintLine.objects.filter(case_id=case_id, role__in=roles).select_related(
        "holder", "recorded_by", "signed_by"
    )
    return sorted(rows, key=lambda line: roles.index(Role(line.role)))


def shown(line: ComplaintLine) -> complaints.Shown:
    """The line in the words of the rule."""
    return complaints.Shown(
        explanation=line.explanation,
        contact=line.contact,
        feedback=line.feedback,
        answer=Answer(line.answer) if line.answer else None,
        tries=line.tries,
        is_signed=line.signed_at is not None,
    )


def lacking(severity: Severity, lines: Sequence[ComplaintLine]) -> dict[str, tuple[str, ...]]:
    """What each role's line still lacks; roles that lack nothing are left out."""
    lacks = {line.role: complaints.missing(severity, shown(line)) for line in lines}
    return {role: what for role, what in lacks.items() if what}


def report_is_missing(case_id: int, severity: Severity) -> bool:
    return complaints.needs_report(severity) and not ComplaintReport.objects.filter(case_id=case_id).exists()


def does_not_want_calls(case: Case, at: datetime) -> bool:
    """Whether whoever spoke to us has said, not too long ago, that they do not want to be called back."""
    in_force = CallRefusal.objects.filter(site_id=case.site_id, until_on__gt=day_of(at))
    phone = case.number_to_call
    if phone and in_force.filter(phone=phone).exists():
        return True
    return case.customer_id is not None and in_force.filter(customer_id=case.customer_id).exists()
