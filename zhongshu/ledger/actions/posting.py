"""Posting and reversing. Called by the apps whose business it is, under their own rights."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.ledger.engine import books
from zhongshu.ledger.kinds import EntryKind
from zhongshu.ledger.models import Entry
from zhongshu.ledger.policies import Leg, negated
from zhongshu.ledger.queries import legs_of, not_found

_SAYS_ITSELF = "an entry is its own trace: who, when, from what; it is never changed"


@audit.unaudited("takes a number, writes nothing")
def reserve_entry() -> int:
    """The key of an entry to be posted later in the same transaction, for rows by the thousand that name it first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('ledger_entry', 'id'))")
        return int(cursor.fetchone()[0])


@audit.unaudited(_SAYS_ITSELF)
def post(
    *,
    actor: Actor,
    at: datetime,
    site_id: int,
    dated_on: date,
    kind: str,
    source: str,
    legs: Sequence[Leg],
    memo: str = "",
    entry_id: int | None = None,
) -> Entry:
    """Post a balanced entry, all its legs at once. `source` (`app.thing:id`, 120 characters at most) posts once per
    site: again with the same legs returns what is there. Legs of nothing are dropped; accounts of the chart are made
    in the fund on first use. Asks for no right: the caller has. `entry_id`: from `reserve_entry`.

    The number's row stays locked until the transaction ends: post late.

    Raises Unbalanced (no legs, or not balanced within each fund), SourceUsed, PeriodClosed, Invalid.
    """
    return books.write(
        actor=actor,
        at=at,
        site_id=site_id,
        dated_on=dated_on,
        kind=kind,
        source=source,
        legs=legs,
        memo=memo,
        entry_id=entry_id,
    )


@audit.unaudited(_SAYS_ITSELF)
def reverse(*, actor: Actor, at: datetime, entry_id: int, dated_on: date, source: str, memo: str = "") -> Entry:
    """Post the entry's legs with the signs turned round, once. Raises NotFound, AlreadyReversed, and as `post` does."""
    undone = Entry.objects.filter(pk=entry_id).first()
    if undone is None:
        raise not_found()
    return books.write(
        actor=actor,
        at=at,
        site_id=undone.site_id,
        dated_on=dated_on,
        kind=EntryKind.REVERSAL,
        source=source,
        legs=negated(legs_of(undone)),
        memo=memo,
        reverses_id=undone.pk,
    )
