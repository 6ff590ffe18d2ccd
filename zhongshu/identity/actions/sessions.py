"""Signing out: one device, all others, or somebody else everywhere."""

from datetime import datetime

from django.db import transaction

from zhongshu.identity import audit, queries
from zhongshu.identity.actions.me import locked_self
from zhongshu.identity.actions.users import locked_user
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.identity.sessions import end_all


@transaction.atomic
def end_session(*, actor: Actor, at: datetime, handle: str) -> None:
    """One of one's own, by its handle. Raises NotFound."""
    user = locked_self(actor)
    session = next((session for session in queries.sessions_of(user, at=at) if session.handle == handle), None)
    if session is None:
        raise absent()
    session.delete()
    after = {"sessions": 1, "ip": session.ip}
    audit.record(actor=actor, at=at, verb="identity.end_session", target=user, after=after)


@transaction.atomic
def end_other_sessions(*, actor: Actor, at: datetime, session_key: str | None) -> int:
    """All of one's own but that of the key; how many there were."""
    user = locked_self(actor)
    ended = end_all(user.pk, but=session_key)
    audit.record(actor=actor, at=at, verb="identity.end_other_sessions", target=user, after={"sessions": ended})
    return ended


@transaction.atomic
def end_user_sessions(*, actor: Actor, at: datetime, user_id: int) -> int:
    """All of a user's; how many there were. Raises NotFound when the user is none of the actor's."""
    user = locked_user(actor, user_id, at=at)
    ended = end_all(user.pk)
    audit.record(actor=actor, at=at, verb="identity.end_user_sessions", target=user, after={"sessions": ended})
    return ended
