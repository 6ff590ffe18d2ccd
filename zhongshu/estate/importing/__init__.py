"""The estate's workbook: checked as a whole, then written as a whole or not at all."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.estate.importing import hc as hc
from zhongshu.estate.importing.exporting import rows_of_estate
from zhongshu.estate.importing.households import finish_customers
from zhongshu.estate.importing.parking import plan_parking
from zhongshu.estate.importing.public import plan_public
from zhongshu.estate.importing.sheets import ALL, NOTES, PARKING, PUBLIC, UNITS
from zhongshu.estate.importing.state import Estate
from zhongshu.estate.importing.taking import write
from zhongshu.estate.importing.units import plan_units
from zhongshu.estate.permissions import IMPORT_ESTATE
from zhongshu.estate.workbooks import registry
from zhongshu.estate.workbooks.reading import Table, rows_of
from zhongshu.estate.workbooks.sheets import Report
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.kernel.clock import day_of

_PLANNERS = ((UNITS, plan_units), (PARKING, plan_parking), (PUBLIC, plan_public))


@transaction.atomic
def take_estate(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
    """What the sheets would do; done, if `is_written` and nothing is wrong. Two at once follow each other."""
    actor.require(IMPORT_ESTATE, site.pk)
    _one_at_a_time(site)
    estate, report = Estate.load(site, day_of(at)), Report()
    for spec, plan in _PLANNERS:
        if spec.title in tables:
            plan(estate, rows_of(tables[spec.title], spec, report, today=estate.today))
    finish_customers(estate)
    if is_written and not report.errors:
        write(estate)
    return report


def _one_at_a_time(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('estate.import'), %s)", [site.pk])


ESTATE = registry.declare(
    registry.WorkbookKind(
        name="estate",
        label=_("房产与客户"),
        right=IMPORT_ESTATE,
        specs=ALL,
        notes=NOTES,
        take=take_estate,
        rows=rows_of_estate,
    )
)
