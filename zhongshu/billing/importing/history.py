"""Charges and payments of old books: read line by line, compared with what is there, written set by set.

A line that cannot be taken does not stop the others. What is there already is left as it is, so that the same file
again changes nothing; two at once follow each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from zhongshu.billing.actions.items import item_of
from zhongshu.billing.actions.receiving import Receipt, received
from zhongshu.billing.engine import drawing
from zhongshu.billing.engine.history import Books, OldCharge, OldPayment, take_money, write_charges
from zhongshu.billing.engine.settling import locked_account
from zhongshu.billing.importing.comparing import compared
from zhongshu.billing.importing.known import Known
from zhongshu.billing.importing.lines import Line, lines_of
from zhongshu.billing.importing.sheets import CHARGES_SHEET, DETAILS_SHEET, NOTES, PAYMENTS_SHEET
from zhongshu.billing.permissions import CHARGE, RECEIVE, SET_PRICES
from zhongshu.billing.queries.debts import policy_at
from zhongshu.estate.workbooks import layouts, registry
from zhongshu.estate.workbooks.converting import Making, chosen, convert, note_unread
from zhongshu.estate.workbooks.progress import written
from zhongshu.estate.workbooks.reading import Table
from zhongshu.estate.workbooks.sheets import Report
from zhongshu.identity.actor import Actor
from zhongshu.identity.models import Site
from zhongshu.identity.rights import Right
from zhongshu.kernel.clock import day_of


def take_history(right: Right) -> Callable[[Actor, datetime, Site, dict[str, Table], bool], Report]:
    """What `take` of the kinds with that right does: whatever sheets of old books there are."""

    @transaction.atomic
    def take(actor: Actor, at: datetime, site: Site, tables: dict[str, Table], is_written: bool) -> Report:
        for each in {right, *({CHARGE, RECEIVE} if DETAILS_SHEET.title in tables else ())}:
            actor.require(each, site.pk)
        report, books = Report(), Books(site, actor, at)
        _one_at_a_time(site)
        before = transaction.savepoint()
        adopt = partial(item_of, actor=actor, at=at, site_id=site.pk) if actor.may(SET_PRICES, site.pk) else None
        known = Known.load(site, day_of(at), adopt)
        lines = compared(books, lines_of(known, tables, report), is_written=is_written)
        charges = _counted(lines, report)
        report.count("item", "created", len(known.adopted))
        if is_written:
            _write(books, lines, charges)
        else:
            transaction.savepoint_rollback(before)
        return report

    return take


def _one_at_a_time(site: Site) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('billing.history'), %s)", [site.pk % 2**31])


def _counted(lines: Iterable[Line], report: Report) -> list[OldCharge]:
    """The charges that are not there yet; the rows and what is in them are counted."""
    new: dict[int, OldCharge] = {}
    rows: dict[tuple[str, int], bool] = {}
    for line in lines:
        fresh = {id(charge): charge for charge in line.charges if not charge.pk and id(charge) not in new}
        new |= fresh
        report.count("charge", "created", len(fresh))
        report.count("charge", "unchanged", len(line.charges) - len(fresh))
        report.count("payment", "created", line.payment is not None)
        report.count("payment", "unchanged", line.is_paid)
        key = (line.row.sheet, line.row.number)
        rows[key] = rows.get(key, False) or bool(fresh) or line.payment is not None
    for is_new in rows.values():
        report.took(is_new=is_new)
    return list(new.values())


def _write(books: Books, lines: Sequence[Line], charges: Sequence[OldCharge]) -> None:
    """Charges first: money meets them in the order in which it came."""
    write_charges(books, charges)
    written(1, of=3)
    payments = [line.payment for line in lines if line.payment]
    accounts = {one.account_id for one in charges} | {one.account_id for one in payments}
    outcome = take_money(books, payments, accounts)
    written(2, of=3)
    for payment in outcome.to_receive:
        received(_receipt(payment), actor=books.actor, at=books.at)
    today = day_of(books.at)
    policy = policy_at(books.site.pk, today)
    for account_id in outcome.to_draw:
        drawing.draw(locked_account(account_id), policy=policy, actor=books.actor, at=books.at, on=today)


def _receipt(payment: OldPayment) -> Receipt:
    return Receipt(
        account_id=payment.account_id,
        amount=payment.amount,
        method=payment.method,
        reference=payment.reference,
        received_on=payment.received_on,
        designation=payment.wish,
        note=payment.note,
    )


def _recognises_details(tables: list[Table]) -> bool:
    return not _is_ours(tables) and bool(chosen(tables, _DETAILS))


def _is_ours(tables: Iterable[Table]) -> bool:
    return any(table.title in {CHARGES_SHEET.title, PAYMENTS_SHEET.title, DETAILS_SHEET.title} for table in tables)


def _convert_details(tables: list[Table], _today: date) -> layouts.Converted:
    found = chosen(tables, _DETAILS)
    if not found:
        raise layouts.missing_columns(tables, [_DETAILS])
    making = Making()
    for each in found:
        convert(making, each)
    note_unread(making, tables, [each.table for each in found], silent=frozenset())
    return layouts.finished(making)


_DETAILS: Final = replace(layouts.plan_of(DETAILS_SHEET), is_foreign=True)
CHARGES_WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="charges",
        label=_("历史费用"),
        right=CHARGE,
        specs=(CHARGES_SHEET, DETAILS_SHEET),
        notes=NOTES,
        take=take_history(CHARGE),
        rows=None,
        is_by_row=True,
    )
)
PAYMENTS_WORKBOOK: Final = registry.declare(
    registry.WorkbookKind(
        name="payments",
        label=_("历史收款"),
        right=RECEIVE,
        specs=(PAYMENTS_SHEET, DETAILS_SHEET),
        notes=NOTES,
        take=take_history(RECEIVE),
        rows=None,
        is_by_row=True,
    )
)
for _kind in (CHARGES_WORKBOOK, PAYMENTS_WORKBOOK):
    layouts.declare(
        layouts.Layout("hc", _("HC小区管理系统 缴费明细"), _kind.name, _recognises_details, _convert_details)
    )
