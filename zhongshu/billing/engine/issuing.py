"""Issuing an item's charges of a stretch of accounts, or telling what it would issue; and one entry for all of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.db.models import Max, Prefetch, Q, QuerySet

from zhongshu.billing.engine import statements
from zhongshu.billing.kinds import Cycle
from zhongshu.billing.lifecycle import ProposalState
from zhongshu.billing.models import BillRun, Charge, ChargeItem, RunException, Tariff
from zhongshu.billing.policies import cycles
from zhongshu.billing.policies.legs import charged
from zhongshu.estate.kinds import AccountKind
from zhongshu.estate.models import Account, AccountPlace
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.money import ZERO
from zhongshu.ledger.actions import post, reserve_entry
from zhongshu.ledger.kinds import EntryKind

CHUNK: Final = 20_000
"""Accounts charged in one transaction."""

Stretch = tuple[int, int]
_BOUNDS: Final = """
    SELECT min(id), max(id) FROM (
        SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS chunk FROM estate_account WHERE site_id = %s
    ) AS numbered
    GROUP BY chunk ORDER BY chunk
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """`count` new charges that come to `total` yuan (`vat` in it); `already` there; `exceptions` noted."""

    count: int = 0
    total: Decimal = ZERO
    vat: Decimal = ZERO
    already: int = 0
    exceptions: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.count + other.count,
            self.total + other.total,
            self.vat + other.vat,
            self.already + other.already,
            self.exceptions + other.exceptions,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A charge that would be made: account (number, key), place (label, key), quantity, unit price, amount, `[since,
    until)`."""

    account: str
    account_id: int
    place: str | None
    place_id: int | None
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Bill:
    """An item and the months of it that a run charges, as things stood when it began.

    `last_holding`: who gets a place later is for the next run. `is_first`: nobody was charged for these months before,
    so that no place can have been charged to somebody else.
    """

    run: BillRun
    item: ChargeItem
    months: cycles.Months
    tariffs: Sequence[Tariff]
    developers: Sequence[int]
    last_holding: int
    is_first: bool

    @property
    def facts(self) -> dict[str, Any]:
        """What every statement about it needs."""
        item = self.item
        return {
            "site_id": item.site_id,
            "item_id": item.pk,
            "run_id": self.run.pk,
            "period_start": self.months.starts_on,
            "period_end": self.months.ends_on,
            "previous_start": cycles.before(item.cycle, self.months).starts_on,
            "kinds": item.place_kinds or ["unit"],
            "usages": item.usages,
            "payer": item.payer,
            "is_everywhere": item.is_everywhere,
            "is_prorated": item.is_prorated,
            "developer_account": self.developers[0] if self.developers else None,
            "developers": list(self.developers),
            "last_holding": self.last_holding,
            "is_first": self.is_first,
            "months": list(self.months.firsts),
            "is_monthly": item.cycle == Cycle.MONTH,
            "plain": json.dumps({"from": str(self.months.starts_on), "until": str(self.months.ends_on)}),
        }

    @property
    def due_on(self) -> date:
        item = self.item
        return cycles.due_on(item.timing, self.months, due_months=item.due_months, due_day=item.due_day)


def bills(run: BillRun) -> Iterator[Bill]:
    """The items due in the run's month, by code; or the one it was asked for, if due."""
    approved = Tariff.objects.filter(state=ProposalState.APPROVED).order_by("starts_on")
    items = ChargeItem.objects.filter(site_id=run.site_id, is_active=True, method__in=statements.METHODS)
    items = items.prefetch_related(Prefetch("tariffs", approved)).order_by("code")
    if run.item_id:
        items = items.filter(pk=run.item_id)
    last_holding, developers = _holders(run.site_id)
    for item in items:
        months = cycles.due_in(item.cycle, item.timing, run.period)
        if months is not None:
            is_first = not _charged(item, months).exists()
            yield Bill(run, item, months, _tariffs(item, months), developers, last_holding, is_first)


def bill_of(run: BillRun, item: ChargeItem, months: cycles.Months) -> Bill:
    """Those months of the item, as things stand; for a few places, so that nobody asks whether they are the first."""
    last_holding, developers = _holders(item.site_id)
    return Bill(run, item, months, _tariffs(item, months), developers, last_holding, is_first=False)


def _holders(site_id: int) -> tuple[int, list[int]]:
    """The last that anybody got a place by, and the developer's accounts, the first of which pays for the unsold."""
    developers = Account.objects.filter(site_id=site_id, kind=AccountKind.DEVELOPER).order_by("pk")
    last = AccountPlace.objects.aggregate(last=Max("pk"))["last"] or 0
    return last, list(developers.values_list("pk", flat=True))


def _charged(item: ChargeItem, months: cycles.Months) -> "QuerySet[Charge]":
    return Charge.objects.filter(site_id=item.site_id, item=item, period_start=months.starts_on)


def _tariffs(item: ChargeItem, months: cycles.Months) -> list[Tariff]:
    """The approved ones in force on the first day of one of the months."""
    return [
        tariff
        for tariff in item.tariffs.all()
        if tariff.state == ProposalState.APPROVED
        and any(tariff.starts_on <= first and (not tariff.ends_on or tariff.ends_on > first) for first in months.firsts)
    ]


def stretches(site_id: int) -> list[Stretch]:
    """First and last account of each chunk of the site."""
    with connection.cursor() as cursor:
        cursor.execute(_BOUNDS, [CHUNK, site_id])
        return [(first, last) for first, last in cursor.fetchall()]


def looked_at(bill: Bill, stretch: Stretch) -> Tally:
    """What would be issued to the accounts of the stretch; what cannot be is noted."""
    (row,) = _rows(bill, stretch, "note", "preview")
    return Tally(*row)


def listed(bill: Bill, stretch: Stretch, *, offset: int, limit: int) -> list[Line]:
    """Some of the charges that would be issued, in the order of the accounts."""
    return [Line(*row) for row in _rows(bill, stretch, "listed", offset=offset, limit=limit)]


def issued(bill: Bill, stretch: Stretch, *, actor: Actor, at: datetime) -> Tally:
    """Issues to the accounts of the stretch what is not there yet, with one entry in the ledger. Raises PeriodClosed.

    For one transaction: another run of the item waits until it ends, and then finds everything there.
    """
    wait_for_others(bill.item)
    entry_id = reserve_entry()
    (row,) = _rows(
        bill, stretch, "note", "issue", entry_id=entry_id, due_on=bill.due_on, issued_on=day_of(at), at=at
    )  # fmt: skip
    tally = Tally(*row)
    if tally.count:
        post(
            actor=actor,
            at=at,
            site_id=bill.item.site_id,
            dated_on=day_of(at),
            kind=EntryKind.CHARGES,
            source=f"billing.run:{bill.run.pk}:{bill.item.pk}:{entry_id}",
            legs=charged(bill.item.fund, bill.item.method, tally.total, tally.vat),
            memo=f"{bill.item.name} {bill.months.starts_on:%Y-%m}",
            entry_id=entry_id,
        )
    return tally


def note_unheld(bill: Bill) -> int:
    """Notes the places that nobody answers for, and months without any price; how many notes."""
    if not bill.tariffs:
        words = {"month": f"{bill.months.starts_on:%Y-%m}"}
        RunException.objects.create(
            site_id=bill.item.site_id, run=bill.run, item=bill.item, reason="no_tariff", words=words
        )
        return 1
    text = statements.unheld(bill.item.method)
    if not text:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(text, bill.facts)
        return int(cursor.rowcount)


def wait_for_others(item: ChargeItem) -> None:
    """Until nobody else charges the item; nobody will, before the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('billing.item'), %s)", [item.pk % 2**31])


def _rows(bill: Bill, stretch: Stretch, *tails: str, **more: Any) -> list[tuple[Any, ...]]:
    text, texts = statements.lines(bill.item.method, bill.tariffs)
    facts = {**bill.facts, **texts, "first_account": stretch[0], "last_account": stretch[1], **more}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(statements.judged(text, *tails, is_anew=_is_anew(bill, stretch)), facts)
        return list(cursor.fetchall())


def _is_anew(bill: Bill, stretch: Stretch) -> bool:
    """Nobody was charged when the run began, and none of these accounts since."""
    theirs = Q(account_id__gte=stretch[0], account_id__lte=stretch[1]) | Q(account_id__in=bill.developers[:1])
    return bill.is_first and not _charged(bill.item, bill.months).filter(theirs).exists()
