"""Telling the people answerable for a case."""

from collections.abc import Collection
from datetime import datetime

from django.urls import reverse

from zhongshu.cases.models import Case, FollowUp, Incident
from zhongshu.cases.policies import hears_of_unhappiness
from zhongshu.cases.queries import role_holders, team_lead_of
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import tell


def tell_owner(case: Case, kind: str, title: str, body: str, *, key: str, at: datetime) -> int:
    """Tell the owner once per key; the number of people told now (0: told before, or nobody)."""
    return _tell(case, [case.owner_id] if case.owner_id else [], kind, title, body, key=key, at=at)


def tell_level_above(case: Case, kind: str, title: str, body: str, *, key: str, at: datetime) -> int:
    """Tell the next level above the owner once per key."""
    return _tell(case, list(level_above(case, at=at)), kind, title, body, key=key, at=at)


def level_above(case: Case, *, at: datetime) -> tuple[int, ...]:
    """The users on the next level above the case's owner."""

    def holders(role: Role) -> list[int]:
        return list(role_holders(case.site_id, role, at=at).values_list("pk", flat=True))

    return hears_of_unhappiness(
        case.owner_id,
        team_lead_id=team_lead_of(case.owner_id),
        service_leads=holders(Role.SERVICE_LEAD),
        site_managers=holders(Role.SITE_MANAGER),
    )


def tell_caller(call: FollowUp, title: str, *, key: str, at: datetime) -> int:
    """Tell whoever is to call, else the owner, once per key."""
    case = call.case
    recipient = call.caller_id or case.owner_id
    return _tell(case, [recipient] if recipient else [], "call_overdue", title, "", key=key, at=at)


def tell_users(case: Case, ids: Collection[int], kind: str, title: str, body: str, *, key: str, at: datetime) -> int:
    """Tell these users once per key."""
    return _tell(case, list(ids), kind, title, body, key=key, at=at)


def tell_incident_owner(incident: Incident, *, at: datetime) -> int:
    """The planned works should be over: whoever is answerable says so, or tells everybody how long it will take."""
    return tell(
        recipient_ids=[incident.owner_id] if incident.owner_id else [],
        site_id=incident.site_id,
        kind="incident_overdue",
        title=f"事件 {incident.number} 已过计划结束时间",  # matter
        body="请宣布恢复，或通知受影响住户延长到何时。",  # matter
        link=reverse("cases:incident", args=[incident.number]),
        dedupe_key=f"incident:{incident.pk}:overdue",
        at=at,
    )


def link_to(case: Case) -> str:
    """Where the case's page is."""
    return reverse("cases:case", args=[case.number])


def _tell(case: Case, ids: list[int], kind: str, title: str, body: str, *, key: str, at: datetime) -> int:
    return tell(
        recipient_ids=ids,
        site_id=case.site_id,
        kind=kind,
        title=title,
        body=body,
        link=link_to(case),
        dedupe_key=f"case:{case.pk}:{key}",
        at=at,
    )
