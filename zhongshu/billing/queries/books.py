"""What billing asks the ledger."""

from datetime import date

from django.db import connection


def day_in_books(site_id: int, on: date) -> date:
    """The day itself, or the first one still open when its month is closed: money that is told late still counts from
    its own day, but stands in the books of the month in which it was told."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(%s::date, ledger_open_from(%s))", [on, site_id])
        row: tuple[date] = cursor.fetchone()
    return row[0]
