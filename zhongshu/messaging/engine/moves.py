"""What becomes of a delivery: its state, together with what goes with it."""

import random
from datetime import datetime

from zhongshu.messaging.engine.lines import Nights
from zhongshu.messaging.engine.parcels import Carried
from zhongshu.messaging.engine.shifts import on_shift
from zhongshu.messaging.kinds import REPEATABLE, Fault, Way
from zhongshu.messaging.lifecycle import LOST, DeliveryState, may_become
from zhongshu.messaging.models import Attempt, CustomerNotice, Delivery, PushSubscription
from zhongshu.messaging.policies.quiet import earliest
from zhongshu.messaging.policies.texts import parts
from zhongshu.messaging.policies.trying import is_stale, wait_after

WRITTEN = ["state", "next_try_at", "sent_at", "delivered_at", "provider_ids", "tries", "template", "text", "parts"]


def put(delivery: Delivery, state: DeliveryState) -> None:
    """The state, on the row in hand only. A move that is not in the table is a fault of the caller's."""
    if not may_become(delivery.state, state):
        raise ValueError(f"{delivery.state} cannot become {state}")
    delivery.state = state
    if state not in (DeliveryState.WAITING, DeliveryState.HELD):
        delivery.next_try_at = None


def note(delivery: Delivery, carried: Carried, *, at: datetime) -> None:
    """Write down one try and what follows from it; a notice that is lost is looked at again."""
    Attempt.objects.create(
        delivery=delivery,
        at=at,
        milliseconds=carried.milliseconds,
        fault=carried.fault,
        answer=carried.answer.replace("\0", "")[:500],
    )
    PushSubscription.objects.filter(pk__in=carried.gone).delete()
    delivery.provider_ids = [*delivery.provider_ids, *(each for each in carried.ids if each)]
    delivery.parts = max(len(carried.ids), parts(delivery.text)) if delivery.way == Way.SMS else 1
    _follow(delivery, carried, at)
    delivery.save(update_fields=WRITTEN)
    if delivery.state in LOST:
        look_again(delivery, at=at)


def look_again(delivery: Delivery, *, at: datetime) -> None:
    """The customer's next channel is to be tried, unless they have read the notice."""
    unread = CustomerNotice.objects.filter(pk=delivery.notice_id or 0, read_at=None, withdrawn_at=None)
    unread.update(look_at=at)


def ready_at(delivery: Delivery, when: datetime) -> datetime:
    """The instant from which on it may go: not at night, unless it is urgent or its recipient is on shift then."""
    recipient = delivery.message.recipient_id if delivery.message else None
    is_exempt = delivery.is_urgent or (recipient is not None and recipient in on_shift([recipient], when))
    return earliest(when, Nights.read(when).of(delivery.site_id), is_exempt=is_exempt)


def postpone(delivery: Delivery, when: datetime) -> None:
    """Back to those who wait, held where that falls into the night (row in hand only)."""
    ready = ready_at(delivery, when)
    put(delivery, DeliveryState.WAITING if ready == when else DeliveryState.HELD)
    delivery.next_try_at = ready


def _follow(delivery: Delivery, carried: Carried, at: datetime) -> None:
    if carried.state in (DeliveryState.SENT, DeliveryState.DELIVERED):
        put(delivery, carried.state)
        delivery.sent_at = at
    elif carried.state == DeliveryState.UNSURE and delivery.way not in REPEATABLE:
        put(delivery, DeliveryState.UNSURE)
    elif carried.state == DeliveryState.FAILED:
        put(delivery, DeliveryState.FAILED)
    elif carried.stops and carried.fault != Fault.BROKEN:
        _wait_for_channel(delivery, at)
    else:
        _try_again(delivery, at)


def _wait_for_channel(delivery: Delivery, at: datetime) -> None:
    """It is not this delivery's fault: it waits as long as it is worth anything."""
    if is_stale(delivery.created_at, at=at):
        put(delivery, DeliveryState.GIVEN_UP)
    else:
        postpone(delivery, at)


def _try_again(delivery: Delivery, at: datetime) -> None:
    wait = wait_after(delivery.tries, chance=random.random())  # noqa: S311 - not a secret
    if wait is None or is_stale(delivery.created_at, at=at + wait):
        put(delivery, DeliveryState.GIVEN_UP)
    else:
        postpone(delivery, at + wait)
