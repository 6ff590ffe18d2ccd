"""Telling customers something, once. How it reaches them is decided later, by a worker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from zhongshu.identity import audit
from zhongshu.messaging.actions.telling import BODY_LENGTH, TITLE_LENGTH

_INSERT = """
    INSERT INTO messaging_customernotice
        (customer_id, phone, site_id, kind, title, body, is_urgent, dedupe_key, told_at, look_at)
    SELECT nullif(customer_id, 0), phone, site_id, kind, title, body, is_urgent, dedupe_key, %(at)s, %(at)s
    FROM unnest(%(customers)s::bigint[], %(phones)s::text[], %(sites)s::bigint[], %(kinds)s::text[], %(titles)s::text[],
        %(bodies)s::text[], %(urgent)s::bool[], %(keys)s::text[])
        AS t (customer_id, phone, site_id, kind, title, body, is_urgent, dedupe_key)
    ON CONFLICT DO NOTHING
"""
_COLUMNS = ("customers", "phones", "sites", "kinds", "titles", "bodies", "urgent", "keys")
PHONE_LENGTH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerTelling:
    """One thing to say to several customers. `dedupe_key` names the occasion: nobody is told twice about the same one.

    `phone` is for a caller who is no customer: they are told there, once for each number and occasion.
    """

    customer_ids: tuple[int, ...]
    site_id: int
    kind: str
    title: str
    body: str
    dedupe_key: str
    is_urgent: bool = False
    phone: str = ""


@audit.unaudited("a notice is its own record")
def tell_customers(tellings: Iterable[CustomerTelling], *, at: datetime) -> int:
    """Many tellings in one statement, in the caller's transaction; the number of notices that are new."""
    rows = sorted({row for telling in tellings for row in _rows(telling)})
    if not rows:
        return 0
    columns: dict[str, Any] = dict(zip(_COLUMNS, map(list, zip(*rows, strict=True)), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, {"at": at} | columns)
        return int(cursor.rowcount)


def _rows(t: CustomerTelling) -> Iterable[tuple[int, str, int, str, str, str, bool, str]]:
    """One for each customer, with 0 and the number for the caller who is none."""
    words = (t.site_id, t.kind, t.title[:TITLE_LENGTH], t.body[:BODY_LENGTH], t.is_urgent, t.dedupe_key)
    for customer_id in t.customer_ids:
        yield (customer_id, "", *words)
    if t.phone and not t.customer_ids:
        yield (0, t.phone[:PHONE_LENGTH], *words)
