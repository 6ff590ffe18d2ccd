"""Proves that what was done stands in the audit."""

from collections.abc import Iterator
from contextlib import contextmanager

from zhongshu.identity.models import AuditEntry


@contextmanager
def audited(*verbs: str) -> Iterator[list[AuditEntry]]:
    """Within it exactly these verbs are written, in this order; the list holds the entries afterwards."""
    last = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    entries: list[AuditEntry] = []
    yield entries
    entries += AuditEntry.objects.filter(pk__gt=last).order_by("pk")
    assert [entry.verb for entry in entries] == list(verbs)
