"""Telling people something, once. A message is its own record of what was said to whom and when it was read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.messaging.models import Message

_INSERT = """
    INSERT INTO messaging_message
        (recipient_id, site_id, kind, title, body, link, is_urgent, dedupe_key, sent_at)
    SELECT recipient_id, site_id, kind, title, body, link, is_urgent, dedupe_key, %s
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::text[])
        AS t (recipient_id, site_id, kind, title, body, link, is_urgent, dedupe_key)
    ON CONFLICT (recipient_id, dedupe_key) DO NOTHING
"""
TITLE_LENGTH, BODY_LENGTH = 120, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing to say to several people. `dedupe_key` names the occasion: nobody is told twice about the same one."""

    recipient_ids: tuple[int, ...]
    site_id: int | None
    kind: str
    title: str
    dedupe_key: str
    body: str = ""
    link: str = ""
    is_urgent: bool = False


@audit.unaudited("a message is its own record")
def tell(
    *,
    recipient_ids: Iterable[int],
    site_id: int | None,
    kind: str,
    title: str,
    body: str = "",
    link: str = "",
    is_urgent: bool = False,
    dedupe_key: str,
    at: datetime,
) -> int:
    """Tell each of them; the number who had not been told before."""
    telling = Telling(
        recipient_ids=tuple(recipient_ids),
        site_id=site_id,
        kind=kind,
        title=title,
        body=body,
        link=link,
        is_urgent=is_urgent,
        dedupe_key=dedupe_key,
    )
    return tell_all([telling], at=at)


@audit.unaudited("a message is its own record")
def tell_all(tellings: Iterable[Telling], *, at: datetime) -> int:
    """Many tellings in one statement; the number of messages that are new."""
    rows = sorted(
        (
            recipient_id,
            t.site_id,
            t.kind,
            t.title[:TITLE_LENGTH],
            t.body[:BODY_LENGTH],
            t.link,
            t.is_urgent,
            t.dedupe_key,
        )
        for t in tellings
        for recipient_id in set(t.recipient_ids)
    )
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [at, *(list(column) for column in zip(*rows, strict=True))])
        return int(cursor.rowcount)


@transaction.atomic
@audit.unaudited("the message itself says when it was read")
def mark_read(*, actor: Actor, at: datetime, message_ids: Iterable[int] | None = None) -> int:
    """Mark messages of one's own as read (None: all of them); the number that were unread. Others' are left alone."""
    unread = Message.objects.filter(recipient_id=actor.user_id, read_at__isnull=True)
    if message_ids is not None:
        unread = unread.filter(pk__in=list(message_ids))
    return unread.update(read_at=at)
