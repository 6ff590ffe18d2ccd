"""Set-based work: deciding by what people are told, asking for it to be sent, tidying up."""

from datetime import datetime

from django.db import transaction

from zhongshu.messaging.engine.asking import FETCH, SEND, ask
from zhongshu.messaging.engine.lines import Lines
from zhongshu.messaging.engine.receipts import channels_awaiting, settle
from zhongshu.messaging.engine.routing_customers import CustomerRoutes
from zhongshu.messaging.engine.routing_staff import StaffRoutes
from zhongshu.messaging.kinds import REPEATABLE
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import CustomerNotice, Delivery, Message, Receipt
from zhongshu.messaging.policies.trying import FRESH, KEPT, LONGEST_TRY, UNREAD_AFTER
from zhongshu.messaging.queries import channels_due

CHUNK = 500


def tick(*, at: datetime) -> dict[str, int]:
    """Plan what is new, settle what carriers said, take back what dead workers held, and have the rest sent."""
    done = {"messages_planned": plan_messages(at=at), "notices_planned": plan_notices(at=at)}
    done |= {"receipts_settled": settle(at=at), "deliveries_reaped": reap(at=at)}
    ask(SEND, channels_due(at))
    return done


def plan_messages(*, at: datetime) -> int:
    """By which channels each new message goes out; the number of deliveries. What is a day old goes nowhere."""
    lines = Lines.read()
    if not lines:
        Message.objects.filter(planned_at=None).update(planned_at=at)
        return 0
    count = 0
    while (planned := _plan_messages(lines, at)) is not None:
        count += planned
    return count


@transaction.atomic
def _plan_messages(lines: Lines, at: datetime) -> int | None:
    """One chunk; None when there was nothing to plan. What another plans at this moment is passed by."""
    rows = Message.objects.filter(planned_at=None).select_related("recipient").order_by("pk")
    found = list(rows.select_for_update(skip_locked=True, of=("self",))[:CHUNK])
    if not found:
        return None
    fresh = [row for row in found if row.sent_at > at - FRESH and row.withdrawn_at is None and row.read_at is None]
    routes = StaffRoutes(fresh, lines, at=at) if fresh else None
    deliveries = [delivery for row in fresh for delivery in routes.deliveries(row)] if routes else []
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    Message.objects.filter(pk__in=[row.pk for row in found]).update(planned_at=at)
    return len(deliveries)


def plan_notices(*, at: datetime) -> int:
    """By which channel each notice goes out next: a new one, one that was lost, an urgent one that nobody read."""
    lines, count = Lines.read(), 0
    while (planned := _plan_notices(lines, at)) is not None:
        count += planned
    return count


@transaction.atomic
def _plan_notices(lines: Lines, at: datetime) -> int | None:
    rows = CustomerNotice.objects.filter(look_at__lte=at).select_related("customer").order_by("look_at", "pk")
    found = list(rows.select_for_update(skip_locked=True, of=("self",))[:CHUNK])
    if not found:
        return None
    wanted = [row for row in found if row.told_at > at - FRESH and row.withdrawn_at is None and row.read_at is None]
    routes = CustomerRoutes(wanted, lines, at=at) if wanted else None
    next_ones = {row.pk: routes.next_delivery(row) for row in wanted} if routes else {}
    for row in found:
        is_followed = row.is_urgent and next_ones.get(row.pk) is not None
        row.look_at = at + UNREAD_AFTER if is_followed else None
    deliveries = [delivery for delivery in next_ones.values() if delivery is not None]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    CustomerNotice.objects.bulk_update(found, ["look_at"])
    return len(deliveries)


@transaction.atomic
def reap(*, at: datetime) -> int:
    """What a dead worker had in its hands: sent again where that does no harm, else shown as unsure."""
    rows = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=at - LONGEST_TRY)
    left = list(rows.select_for_update(skip_locked=True))
    for delivery in left:
        again = delivery.way in REPEATABLE
        delivery.state = DeliveryState.WAITING if again else DeliveryState.UNSURE
        delivery.next_try_at = at if again else None
    if left:
        Delivery.objects.bulk_update(left, ["state", "next_try_at"])
        doubtful = [delivery.notice_id for delivery in left if delivery.notice_id]
        CustomerNotice.objects.filter(pk__in=doubtful, read_at=None, withdrawn_at=None).update(look_at=at)
    return len(left)


def ask_for_receipts(*, at: datetime) -> int:
    """Have receipts fetched from every channel that may still give some; the number of channels."""
    channels = channels_awaiting(at=at)
    ask(FETCH, channels)
    return len(channels)


def forget(*, at: datetime) -> int:
    """Deliveries are kept for half a year, receipts with them."""
    Receipt.objects.filter(at__lt=at - KEPT).delete()
    count, _by_table = Delivery.objects.filter(created_at__lt=at - KEPT).delete()
    return count
