"""Whether it helped, and what was looked for in vain."""

import re
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.words import short
from zhongshu.knowledge.models import Feedback, MissedSearch, Version
from zhongshu.knowledge.permissions import WRITE_KNOWLEDGE
from zhongshu.knowledge.policies.tokens import wanted
from zhongshu.knowledge.queries import may_at, not_found

NOTE_LENGTH = 200
MISSED_LENGTH = 60
#: A telephone number or an account number: nobody's business in a list of what was looked for.
_PERSONAL = re.compile(r"\d{6,}")

_MISSED = """
    INSERT INTO knowledge_missedsearch (site_id, text, by_resident, times, first_at, last_at)
    VALUES (%s, %s, %s, 1, %s, %s)
    ON CONFLICT (coalesce(site_id, 0), text, by_resident) DO UPDATE
    SET times = knowledge_missedsearch.times + 1, last_at = excluded.last_at, settled_at = NULL, settled_by_id = NULL
"""


@transaction.atomic
@audit.unaudited("what somebody thinks of a text is its own record")
def say_helpful(
    *, actor: Actor, at: datetime, version: Version, site_id: int | None, is_helpful: bool, note: str = ""
) -> Feedback:
    """Whether a version, found by the caller for the actor, helped, with a word; said again: instead.

    Raises Invalid.
    """
    said = {
        "site_id": site_id,
        "is_helpful": is_helpful,
        "note": short(note, field="note", most=NOTE_LENGTH, what=_("说明")),
        "at": at,
    }
    feedback, _new = Feedback.objects.update_or_create(version=version, user_id=actor.user_id or 0, defaults=said)
    return feedback


@audit.unaudited("what was looked for in vain is counted, not who looked")
def note_missed(*, text: str, site_id: int | None, by_resident: bool, at: datetime) -> bool:
    """Count a search that found nothing; what looks like somebody's number, or like nothing at all, is not kept."""
    said = " ".join(text.replace("\x00", "").split())[:MISSED_LENGTH].casefold()
    if not wanted(said) or _PERSONAL.search(said):
        return False
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, [site_id, said, by_resident, at, at])
    return True


@transaction.atomic
def settle_missed(*, actor: Actor, at: datetime, missed_id: int) -> MissedSearch:
    """There is something to find now, or need not be; it comes back when it is missed again. Raises NotFound."""
    missed = MissedSearch.objects.select_for_update().filter(pk=missed_id, settled_at__isnull=True).first()
    if missed is None or not may_at(actor, WRITE_KNOWLEDGE, missed.site_id):
        raise not_found()
    missed.settled_at, missed.settled_by_id = at, actor.user_id
    missed.save(update_fields=["settled_at", "settled_by"])
    audit.record(actor=actor, at=at, verb="knowledge.settle_missed", target=missed, after={"text": missed.text})
    return missed
