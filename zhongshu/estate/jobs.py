"""Jobs of the estate: workbooks too long to be looked at while somebody waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Final

from django.db import connection
from procrastinate.contrib.django import app

from zhongshu.estate.actions import imports
from zhongshu.estate.kinds import ImportState
from zhongshu.estate.models import EstateImport
from zhongshu.estate.workbooks.progress import heard_by
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import now

AT_ONCE: Final = 2_000
TOLD_EVERY: Final = 0.5  # seconds
_TELL: Final = "UPDATE estate_importprogress SET percent = %s WHERE sent_id = %s"


@app.task(name="estate.check_import", queue="imports")
def check_import(import_id: int) -> None:
    with _telling(import_id):
        imports.check_import(actor=_sender(import_id), at=now(), import_id=import_id)


@app.task(name="estate.take_import", queue="imports")
def take_import(import_id: int) -> None:
    with _telling(import_id):
        imports.take_import(actor=_sender(import_id), at=now(), import_id=import_id)


@contextmanager
def _telling(import_id: int) -> Iterator[None]:
    """Writes how far the work has come, twice a second at most, over a connection of its own: what the work itself
    writes is seen by nobody before its end.
    """
    own, told_at = connection.copy(), 0.0

    def tell(percent: int) -> None:
        nonlocal told_at
        if monotonic() - told_at >= TOLD_EVERY:
            told_at = monotonic()
            with own.cursor() as cursor:
                cursor.execute(_TELL, [percent, import_id])

    try:
        with heard_by(tell):
            yield
    finally:
        own.close()


def check(*, actor: Actor, at: datetime, sent: EstateImport) -> EstateImport:
    """The preview of a workbook: a short one while the person waits, a long one by a worker; none while unmapped."""
    if sent.state != ImportState.CHECKING:
        return sent
    if _is_long(sent):
        check_import.defer(import_id=sent.pk)
        return sent
    return imports.check_import(actor=actor, at=at, import_id=sent.pk)


def take(*, actor: Actor, at: datetime, sent: EstateImport) -> EstateImport:
    """Takes what the preview showed, in the same way."""
    asked = imports.ask_to_take(actor=actor, at=at, sent=sent)
    if _is_long(asked):
        take_import.defer(import_id=asked.pk)
        return asked
    return imports.take_import(actor=actor, at=at, import_id=asked.pk)


def _is_long(sent: EstateImport) -> bool:
    return bool(sent.report["row_count"] > AT_ONCE)


def _sender(import_id: int) -> Actor:
    """Whoever sent the workbook, with the rights held today."""
    sent = EstateImport.objects.select_related("created_by").get(pk=import_id, created_by__isnull=False)
    if sent.created_by is None:
        raise AssertionError("sent by nobody")
    return actor_of(sent.created_by, at=now(), origin=Origin.JOB)
