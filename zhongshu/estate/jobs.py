"""Jobs of the estate: workbooks too long to be looked at while somebody waits."""

from procrastinate.contrib.django import app

from zhongshu.estate.actions import imports
from zhongshu.estate.models import EstateImport
from zhongshu.identity.actor import Actor, Origin
from zhongshu.identity.queries import actor_of
from zhongshu.kernel.clock import now


@app.task(name="estate.check_import", queue="imports")
def check_import(import_id: int) -> None:
    imports.check_import(actor=_sender(import_id), at=now(), import_id=import_id)


@app.task(name="estate.take_import", queue="imports")
def take_import(import_id: int) -> None:
    imports.take_import(actor=_sender(import_id), at=now(), import_id=import_id)


def _sender(import_id: int) -> Actor:
    """Whoever sent the workbook, with the rights held today."""
    sent = EstateImport.objects.select_related("created_by").get(pk=import_id, created_by__isnull=False)
    if sent.created_by is None:
        raise AssertionError("sent by nobody")
    return actor_of(sent.created_by, at=now(), origin=Origin.JOB)
