"""The estate's own export, sent in again."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection

from zhongshu.estate.actions.imports import ask_to_take, check_import, send_workbook, take_import
from zhongshu.estate.workbooks.registry import exportable, kind_named
from zhongshu.estate.workbooks.writing import filled_workbook
from zhongshu.identity.actor import Origin, system_actor
from zhongshu.identity.models import Site

KIND = "estate"
_NOW = """
    SELECT (SELECT count(*) FROM estate_place WHERE site_id = %(site)s AND is_active),
           (SELECT count(*) FROM estate_account WHERE site_id = %(site)s),
           (SELECT count(*) FROM estate_account WHERE site_id = %(site)s AND ends_on IS NULL),
           (SELECT count(*) FROM estate_customer WHERE site_id = %(site)s),
           (SELECT count(*) FROM estate_customerphone WHERE site_id = %(site)s),
           (SELECT count(*) FROM estate_householdmember WHERE site_id = %(site)s),
           (SELECT count(*) FROM estate_householdmember WHERE site_id = %(site)s AND ends_on IS NULL),
           (SELECT count(*) FROM estate_occupancy WHERE site_id = %(site)s),
           (SELECT md5(string_agg(concat_ws('|', code, label, gross_area, net_area, usage), ',' ORDER BY code))
              FROM estate_place WHERE site_id = %(site)s)
"""


def exported(site: Site, at: datetime) -> bytes:
    """What is there, as a workbook."""
    kind, rows = exportable(KIND)
    return filled_workbook(kind.specs, rows(site, at), kind.notes)


def sent_in(site: Site, content: bytes, *, at: datetime) -> str:
    """Sent, checked and taken, as on the page; the SHA-256 under which it is kept."""
    actor = system_actor(Origin.SIMULATION)
    sent = send_workbook(
        actor=actor, at=at, site=site, kind=kind_named(KIND), file_name=f"{site.code}.xlsx", content=content
    )
    checked = check_import(actor=actor, at=at, import_id=sent.pk)
    taking = ask_to_take(actor=actor, at=at, sent=checked)
    take_import(actor=actor, at=at, import_id=taking.pk)
    return sha256(content).hexdigest()


def estate_now(site: Site) -> tuple[Any, ...]:
    """Counts and a digest that change with the estate."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW, {"site": site.pk})
        return tuple(cursor.fetchone() or ())
