"""Telling the people answerable for what came through a door."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from zhongshu.cases.models import Case
from zhongshu.cases.queries import role_holders
from zhongshu.identity.roles import Role
from zhongshu.messaging.actions import tell


def holders(site_id: int, *roles: Role, at: datetime) -> set[int]:
    """The users who hold one of the roles at the site."""
    return {user_id for role in roles for user_id in role_holders(site_id, role, at=at).values_list("pk", flat=True)}


def tell_owner_and_manager(case: Case, *, kind: str, title: str, body: str = "", key: str, at: datetime) -> int:
    """The case's owner and the manager of the site, once per key."""
    people = holders(case.site_id, Role.SITE_MANAGER, at=at) | ({case.owner_id} if case.owner_id else set())
    return tell_about(case, people, kind=kind, title=title, body=body, key=key, at=at)


def tell_about(
    case: Case, people: Iterable[int], *, kind: str, title: str, body: str = "", key: str, at: datetime
) -> int:
    """Somebody, about a case, once per key."""
    return tell(
        recipient_ids=sorted(people),
        site_id=case.site_id,
        kind=kind,
        title=title,
        body=body[:500],
        link=reverse("cases:case", args=[case.number]),
        dedupe_key=f"channels:{case.pk}:{key}",
        at=at,
    )
