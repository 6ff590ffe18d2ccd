"""Bill runs: what a month would charge, and charging it. docs/algorithms/bill-run.md tells how.

A run works through its items in chunks of accounts, each a transaction of its own. Killed in between it leaves whole
chunks; the next run takes it up and finds in its way what is there already.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from zhongshu.billing.engine import issuing
from zhongshu.billing.engine.ending import watch as watch_contracts
from zhongshu.billing.engine.issuing import Bill, Tally
from zhongshu.billing.errors import ChangedMeanwhile, NotNow
from zhongshu.billing.events import ChargesIssued
from zhongshu.billing.lifecycle import RUN_LABELS, RunState
from zhongshu.billing.models import BillRun, ChargeItem, Prepayment
from zhongshu.billing.permissions import RUN_BILLS
from zhongshu.billing.policies.cycles import Months, first_month_from, months_later
from zhongshu.billing.queries.items import charged_until
from zhongshu.estate.models import Account, Place
from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.kernel.clock import day_of
from zhongshu.kernel.errors import Invalid, NotFound
from zhongshu.kernel.outbox import publish

MOST_MONTHS_AHEAD = 12
MOST_PLACES = 500
"""Of one account: its dwelling, its parking spaces, its storage."""

Told = dict[str, dict[str, Any]]
"""By code of the item: `count` of new charges, their `total` (yuan, as text), those there `already`, `exceptions`."""


def tick(*, at: datetime) -> dict[str, int]:
    """What becomes due by itself, as of `at`. Safe to run twice and beside itself."""
    with translation.override(settings.LANGUAGE_CODE):
        return {"contracts_ending": watch_contracts(at=at)}


@transaction.atomic
def preview(*, actor: Actor, at: datetime, site_id: int, period: date, item: ChargeItem | None = None) -> BillRun:
    """What a run of that month (its first day) would issue, kept as a run that can be issued or cancelled.

    The same statements as issuing. A preview of the same month before is done anew. Raises NotFound, Invalid.
    """
    run = _asked_for(RunState.PREVIEWED, actor=actor, at=at, site_id=site_id, period=period, item=item)
    run.preview = _looked_at(run)
    run.save(update_fields=["preview"])
    audit.record(actor=actor, at=at, verb="billing.preview", target=run, after={"period": period, **run.preview})
    return run


def _asked_for(
    state: RunState, *, actor: Actor, at: datetime, site_id: int, period: date, item: ChargeItem | None
) -> BillRun:
    """The run of that month that waits to be issued, or a new one, in that state."""
    actor.require(RUN_BILLS, site_id)
    _check_period(period, at)
    waiting = BillRun.objects.select_for_update().filter(state=RunState.PREVIEWED, site_id=site_id, period=period)
    run = waiting.filter(item=item).first() or BillRun(site_id=site_id, period=period, item=item)
    run.state, run.asked_by_id, run.asked_at = state, actor.user_id, at
    run.preview, run.result = {}, {}
    run.save()
    return run


def _check_period(period: date, at: datetime) -> None:
    if period.day != 1:
        raise Invalid(_("账期以月份的第一天表示，如 2026-01-01。"), field="period")
    if period > months_later(day_of(at).replace(day=1), MOST_MONTHS_AHEAD):
        raise Invalid(_("最多提前 %(most)s 个月出账。") % {"most": MOST_MONTHS_AHEAD}, field="period")


def _looked_at(run: BillRun) -> Told:
    run.exceptions.all().delete()
    stretches = issuing.stretches(run.site_id)
    told: Told = {}
    for bill in issuing.bills(run):
        tallies = [issuing.looked_at(bill, stretch) for stretch in stretches if bill.tariffs]
        told[bill.item.code] = _as_told(sum(tallies, Tally(exceptions=issuing.note_unheld(bill))))
    return told


def _as_told(tally: Tally) -> dict[str, Any]:
    return {
        "count": tally.count,
        "total": str(tally.total),
        "already": tally.already,
        "exceptions": tally.exceptions,
    }


@transaction.atomic
def lines(run: BillRun, item_code: str, *, number: int, size: int) -> list[issuing.Line]:
    """Page `number` of what the run would make of an item, and one line more if there is a next page."""
    bill = next((bill for bill in issuing.bills(run) if bill.item.code == item_code and bill.tariffs), None)
    stretches = issuing.stretches(run.site_id)
    if bill is None or not stretches:
        return []
    whole = stretches[0][0], stretches[-1][1]
    return issuing.listed(bill, whole, offset=(number - 1) * size, limit=size + 1)


@dataclass(frozen=True, slots=True)
class Offer:
    """Months to be paid ahead: from which first of a month, and what each would be charged at (None: nothing now)."""

    starts_on: date
    monthly: Decimal | None


@transaction.atomic
def offer(account: Account, place: Place, item: ChargeItem, *, on: date) -> Offer:
    """What somebody may pay ahead on a day: from the month after the last one charged or paid ahead, at that month's
    price as a run would charge the place.
    """
    starts_on = _next_month_of(account, place, item, on)
    months = Months(starts_on, months_later(starts_on, 1))
    bill = issuing.bill_of(BillRun(site_id=item.site_id, period=starts_on, item=item), item, months)
    if not bill.tariffs:
        return Offer(starts_on, None)
    rows = issuing.listed(bill, (account.pk, account.pk), offset=0, limit=MOST_PLACES)
    return Offer(starts_on, next((line.amount for line in rows if line.place_id == place.pk), None))


def _next_month_of(account: Account, place: Place, item: ChargeItem, on: date) -> date:
    ahead = Prepayment.objects.filter(account=account, place=place, item=item)
    until = ahead.aggregate(until=Max(Coalesce("ended_on", "ends_on")))["until"]
    known = [day for day in (until, charged_until(item, place)) if day is not None]
    return max([on.replace(day=1), *map(first_month_from, known)])


@transaction.atomic
def start(*, actor: Actor, at: datetime, run_id: int, seen: Told | None = None) -> BillRun:
    """From here on the run will be issued (`work`), if it would still make what was `seen` (None: what it says itself).

    Raises NotFound, NotNow, ChangedMeanwhile: then look again.
    """
    run = _locked(actor, run_id)
    _check_state(run, RunState.PREVIEWED)
    before = run.preview if seen is None else seen
    if _looked_at(run) != before:
        raise ChangedMeanwhile(_("预览之后数据有变化，请重新核对后再出账。"))
    run.state, run.result, run.beat_at = RunState.RUNNING, {}, at
    run.save(update_fields=["state", "result", "beat_at"])
    audit.record(actor=actor, at=at, verb="billing.start_run", target=run, after={"period": run.period, **run.preview})
    return run


@transaction.atomic
def cancel(*, actor: Actor, at: datetime, run_id: int) -> BillRun:
    """It will not be issued. Raises NotFound, and NotNow once it is."""
    run = _locked(actor, run_id)
    _check_state(run, RunState.PREVIEWED)
    run.state, run.finished_at = RunState.CANCELLED, at
    run.save(update_fields=["state", "finished_at"])
    audit.record(actor=actor, at=at, verb="billing.cancel_run", target=run, after={"state": run.state})
    return run


def _locked(actor: Actor, run_id: int) -> BillRun:
    run = actor.visible(BillRun.objects.select_for_update(of=("self",)), RUN_BILLS).filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("没有找到，或者您无权查看。"))
    return run


def _check_state(run: BillRun, wanted: RunState) -> None:
    if run.state != wanted:
        raise NotNow(_("这次出账的状态是“%(state)s”，不能这样操作。") % {"state": RUN_LABELS[RunState(run.state)]})


def work(*, actor: Actor, at: datetime, run_id: int) -> BillRun:
    """Issue what a started run has to issue, chunk by chunk, to its end. Once and beside itself: whoever comes second
    to the same run leaves it alone; begun before and killed, it is taken up. Raises PeriodClosed.
    """
    with _alone_with(run_id) as is_ours:
        run = BillRun.objects.get(pk=run_id)
        if is_ours and run.state == RunState.RUNNING:
            _work_through(run, actor=actor, at=at)
    return run


def run_month(*, actor: Actor, at: datetime, site_id: int, period: date, item: ChargeItem | None = None) -> BillRun:
    """A month issued without a look at it first, so reckoned once; one that was killed before is finished instead.

    Raises NotFound, Invalid, PeriodClosed.
    """
    actor.require(RUN_BILLS, site_id)
    killed = BillRun.objects.filter(site_id=site_id, period=period, item=item, state=RunState.RUNNING)
    for run in killed.order_by("pk"):
        finished = work(actor=actor, at=at, run_id=run.pk)
        if finished.state == RunState.ISSUED:
            return finished
    run = _begun(actor=actor, at=at, site_id=site_id, period=period, item=item)
    return work(actor=actor, at=at, run_id=run.pk)


@transaction.atomic
def _begun(*, actor: Actor, at: datetime, site_id: int, period: date, item: ChargeItem | None) -> BillRun:
    run = _asked_for(RunState.RUNNING, actor=actor, at=at, site_id=site_id, period=period, item=item)
    audit.record(actor=actor, at=at, verb="billing.start_run", target=run, after={"period": period})
    return run


@contextmanager
def _alone_with(run_id: int) -> Iterator[bool]:
    """Whether nobody else is at work on it; the lock ends with the connection, so that of a killed worker is free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('billing.run'), %s)", [run_id % 2**31])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('billing.run'), %s)", [run_id % 2**31])


def _work_through(run: BillRun, *, actor: Actor, at: datetime) -> None:
    bills, stretches = list(issuing.bills(run)), issuing.stretches(run.site_id)
    _begin(run, bills, len(stretches))
    for bill in bills:
        if bill.tariffs:
            for stretch in stretches:
                with transaction.atomic():
                    _tell(run, bill, issuing.issued(bill, stretch, actor=actor, at=at), chunks=1)
    _finish(run, bills, actor=actor, at=at)


@transaction.atomic
def _begin(run: BillRun, bills: list[Bill], chunks: int) -> None:
    """What was issued before it was killed counts as its own; all else is counted anew."""
    run.exceptions.all().delete()
    made = {code: said | {"already": -said["count"], "exceptions": 0} for code, said in run.result.items()}
    run.result = {bill.item.code: made.get(bill.item.code, _as_told(Tally())) for bill in bills}
    run.chunks, run.chunks_done = chunks * sum(bool(bill.tariffs) for bill in bills), 0
    run.save(update_fields=["result", "chunks", "chunks_done"])
    for bill in bills:
        _tell(run, bill, Tally(exceptions=issuing.note_unheld(bill)), chunks=0)


def _tell(run: BillRun, bill: Bill, tally: Tally, *, chunks: int) -> None:
    said = run.result[bill.item.code]
    so_far = Tally(said["count"], type(tally.total)(said["total"]), tally.vat, said["already"], said["exceptions"])
    run.result[bill.item.code] = _as_told(so_far + tally)
    run.chunks_done += chunks
    run.save(update_fields=["result", "chunks_done"])


@transaction.atomic
def _finish(run: BillRun, bills: list[Bill], *, actor: Actor, at: datetime) -> None:
    run.state, run.finished_at = RunState.ISSUED, at
    run.save(update_fields=["state", "finished_at"])
    for bill in bills:
        said = run.result[bill.item.code]
        if said["count"]:
            publish(
                ChargesIssued(
                    site_id=run.site_id,
                    run_id=run.pk,
                    item_id=bill.item.pk,
                    period=run.period,
                    count=said["count"],
                    total=said["total"],
                ),
                at=at,
            )
    audit.record(actor=actor, at=at, verb="billing.finish_run", target=run, after={"period": run.period, **run.result})
