"""What makes a case a complaint."""

from datetime import datetime, timedelta

from zhongshu.cases.kinds import ComplaintKind
from zhongshu.cases.models import Case, Complaint
from zhongshu.cases.queries.standing import rules_of
from zhongshu.identity.actor import Actor


def begin_complaint(case: Case, *, actor: Actor, at: datetime) -> Complaint:
    """The row that asks for a judgement, once per case; the details are filled in by whoever knows them."""
    hours = rules_of(case.site_id, at).judge_hours
    complaint, _made = Complaint.objects.get_or_create(
        case=case,
        defaults={
            "site_id": case.site_id,
            "kind": ComplaintKind.COMPLAINT,
            "is_anonymous": not (case.caller_phone or case.caller_name or case.customer_id),
            "at": at,
            "by_id": actor.user_id,
            "judge_due_at": at + timedelta(hours=hours),
        },
    )
    return complaint
