"""The daily reconciliation: what the provider says was paid and given back, line by line beside what we know."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.kernel.clock import SITE_ZONE, day_of
from zhongshu.kernel.errors import Invalid
from zhongshu.remittance.gateways import gateway_of
from zhongshu.remittance.gateways.base import BillLine, GatewayDown, GatewayRefused
from zhongshu.remittance.kinds import LineNature, LineVerdict
from zhongshu.remittance.lifecycle import BillState, RefundState
from zhongshu.remittance.models import OnlineOrder, OnlineRefund, ProviderAccount, ProviderBill, ProviderBillLine
from zhongshu.remittance.permissions import RECONCILE
from zhongshu.remittance.policies.asking import next_ask
from zhongshu.remittance.policies.bills import Compared, Known, compare

LONGEST_AGO = timedelta(days=90)
"""The providers keep bills for three months."""


def fetch_bill(*, actor: Actor, at: datetime, merchant_id: int, day: date) -> ProviderBill:
    """The bill of a past day, fetched and compared now; again: compared anew. Raises NotFound, Invalid."""
    return read_bill(actor=actor, at=at, bill_id=want_bill(actor=actor, at=at, merchant_id=merchant_id, day=day).pk)


@transaction.atomic
def want_bill(*, actor: Actor, at: datetime, merchant_id: int, day: date) -> ProviderBill:
    """The bill of a past day is to be read, by whoever comes first. Raises NotFound, Invalid."""
    merchant = actor.visible(ProviderAccount.objects.all(), RECONCILE).filter(pk=merchant_id).first()
    if merchant is None:
        raise absent()
    today = day_of(at)
    if not today - LONGEST_AGO <= day < today:
        raise Invalid(_("只能取昨天及以前、三个月以内的账单。"), field="day")
    bill, _is_new = ProviderBill.objects.get_or_create(merchant=merchant, day=day, site_id=merchant.site_id)
    ProviderBill.objects.filter(pk=bill.pk).update(next_ask_at=at)
    audit.record(actor=actor, at=at, verb="remittance.want_bill", target=bill, after={"day": day})
    return bill


def read_bill(*, actor: Actor, at: datetime, bill_id: int) -> ProviderBill:
    """Ask the provider for a bill and compare it; where it gives none now, it is asked again later."""
    bill = ProviderBill.objects.select_related("merchant").get(pk=bill_id)
    try:
        lines = gateway_of(bill.merchant).bill(bill.day)
    except (GatewayDown, GatewayRefused) as error:
        return _again(actor, at, bill, str(error))
    return _compared(actor, at, bill, lines)


@transaction.atomic
def _again(actor: Actor, at: datetime, bill: ProviderBill, fault: str) -> ProviderBill:
    bill.asked += 1
    is_over = day_of(at) - bill.day > LONGEST_AGO
    bill.next_ask_at, bill.fault = None if is_over else next_ask(asked=bill.asked + 5, at=at), fault[:300]
    bill.save()
    audit.record(actor=actor, at=at, verb="remittance.read_bill", target=bill, after={"fault": bill.fault})
    return bill


@transaction.atomic
def _compared(actor: Actor, at: datetime, bill: ProviderBill, lines: list[BillLine] | None) -> ProviderBill:
    bill = ProviderBill.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=bill.pk)
    there = [line for line in lines or [] if not _is_elsewhere(bill, line)]
    orders, refunds = _ours(bill, there)
    here = [_known_order(order) for order in orders] + [_known_refund(refund) for refund in refunds]
    held: list[OnlineOrder] = [*orders, *(refund.order for refund in refunds)]
    found = compare([_known_line(line) for line in there], here)
    bill.lines.all().delete()
    rows = [_row(bill, one, there, here, held) for one in found]
    ProviderBillLine.objects.bulk_create(rows)
    _ask_about_lost(rows, at)
    bill.state = BillState.EMPTY if lines is None else BillState.READ
    bill.read_at, bill.next_ask_at, bill.fault = at, None, ""
    bill.save()
    counts = {str(verdict): sum(row.verdict == verdict for row in rows) for verdict in LineVerdict}
    audit.record(actor=actor, at=at, verb="remittance.read_bill", target=bill, after={"day": bill.day, **counts})
    return bill


def _is_elsewhere(bill: ProviderBill, line: BillLine) -> bool:
    """An order of another site that is paid through the same merchant account."""
    return OnlineOrder.objects.filter(number=line.number).exclude(merchant=bill.merchant).exists()


def _ours(bill: ProviderBill, there: list[BillLine]) -> tuple[list[OnlineOrder], list[OnlineRefund]]:
    """What came and went that day as we know it, and whatever the bill speaks of."""
    starts = datetime.combine(bill.day, time.min, SITE_ZONE)
    that_day = (starts, starts + timedelta(days=1) - timedelta(microseconds=1))
    numbers = [line.number for line in there if line.nature is LineNature.PAYMENT]
    orders = OnlineOrder.objects.filter(Q(number__in=numbers) | Q(paid_at__range=that_day), merchant=bill.merchant)
    back = [line.refund_number for line in there if line.nature is LineNature.REFUND]
    refunds = OnlineRefund.objects.filter(
        Q(number__in=back) | Q(ended_at__range=that_day), order__merchant=bill.merchant, state=RefundState.DONE
    )
    came = orders.filter(transaction_id__isnull=False).order_by("paid_at", "pk")
    return list(came), list(refunds.select_related("order").order_by("ended_at", "pk"))


def _known_line(line: BillLine) -> Known:
    key = line.number if line.nature is LineNature.PAYMENT else line.refund_number
    return Known(line.nature, key, line.amount)


def _known_order(order: OnlineOrder) -> Known:
    return Known(LineNature.PAYMENT, order.number, order.paid_amount or order.amount)


def _known_refund(refund: OnlineRefund) -> Known:
    return Known(LineNature.REFUND, refund.number, refund.amount)


def _row(
    bill: ProviderBill, one: Compared, there: list[BillLine], here: list[Known], held: list[OnlineOrder]
) -> ProviderBillLine:
    line = there[one.there] if one.there is not None else None
    known = here[one.here] if one.here is not None else None
    order = (
        held[one.here]
        if one.here is not None
        else OnlineOrder.objects.filter(merchant=bill.merchant, number=line.number if line else "").first()
    )
    is_refund = (line or known).nature is LineNature.REFUND  # type: ignore[union-attr]  # one of them is there
    return ProviderBillLine(
        site_id=bill.site_id,
        bill=bill,
        verdict=one.verdict,
        nature=LineNature.REFUND if is_refund else LineNature.PAYMENT,
        number=(line.number if line else order.number if order else "")[:80],
        transaction_id=(line.transaction_id if line else (order.transaction_id or "") if order else "")[:80],
        refund_number=(line.refund_number if line else known.key if known and is_refund else "")[:80],
        there=line.amount if line else None,
        here=known.amount if known else None,
        fee=line.fee if line else 0,
        at=line.at if line else order.paid_at if order else None,
        order=order,
    )


def _ask_about_lost(rows: list[ProviderBillLine], at: datetime) -> None:
    """Money for an order of ours of which we never heard: ask the provider, who will say that it was paid."""
    lost = [row.order_id for row in rows if row.verdict == LineVerdict.MISSING_HERE and row.order_id]
    OnlineOrder.objects.filter(pk__in=lost, transaction_id=None).update(next_ask_at=at)
