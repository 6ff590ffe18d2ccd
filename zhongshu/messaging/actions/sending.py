"""Sending what is due by one channel.

Three steps, so that nothing goes out twice in silence: claim (a transaction: the rows are `sending` from then on), hand
over to the carrier (no transaction), write down what became of it (one for each). A worker that is killed in between
leaves `sending` behind; `batch.reap` calls that `unsure` where a second time would do harm.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from zhongshu.identity import audit
from zhongshu.kernel.outbox import publish
from zhongshu.messaging.engine.carriers import carrier_for
from zhongshu.messaging.engine.moves import look_again, note, postpone, put, ready_at
from zhongshu.messaging.engine.packing import Packing
from zhongshu.messaging.engine.parcels import Carried, Carrier, Down, later, unsure
from zhongshu.messaging.engine.receipts import keep
from zhongshu.messaging.events import ChannelTroubled
from zhongshu.messaging.kinds import Fault, Way
from zhongshu.messaging.lifecycle import DeliveryState
from zhongshu.messaging.models import Channel, Delivery
from zhongshu.messaging.policies.trying import BREATH, TROUBLED_AFTER, is_stale
from zhongshu.messaging.queries import due

AT_ONCE = 50
LEEWAY = timedelta(seconds=5)
"""The clocks of worker and database need not agree to the second."""


@audit.unaudited("every try is a record of its own")
def send_due(*, channel_id: int, at: datetime) -> int:
    """Send what is due by the channel, batch by batch; the number of deliveries handed over. Safe beside itself: each
    takes what no other has taken.
    """
    count = 0
    while claimed := claim(channel_id=channel_id, at=at):
        count += len(claimed)
        if not _carry(claimed, at):
            break
    return count


@transaction.atomic
@audit.unaudited("the delivery itself says who has it")
def claim(*, channel_id: int, at: datetime) -> list[Delivery]:
    """Take what is due: from now on it is being sent. What is out of date is withdrawn instead, what would disturb
    somebody's night held back.
    """
    rows = due(at + LEEWAY).filter(channel_id=channel_id).select_for_update(skip_locked=True, of=("self",))
    found = list(rows.order_by("-is_urgent", "next_try_at", "pk")[:AT_ONCE])
    for delivery in found:
        _begin(delivery, at)
        if delivery.state == DeliveryState.GIVEN_UP:
            look_again(delivery, at=at)
    Delivery.objects.bulk_update(found, ["state", "next_try_at", "claimed_at", "tries"])
    taken = [delivery for delivery in found if delivery.state == DeliveryState.SENDING]
    return taken if taken or len(found) < AT_ONCE else claim(channel_id=channel_id, at=at)


def _begin(delivery: Delivery, at: datetime) -> None:
    if _is_out_of_date(delivery):
        put(delivery, DeliveryState.WITHDRAWN)
    elif is_stale(delivery.created_at, at=at):
        put(delivery, DeliveryState.GIVEN_UP)
    elif (ready := ready_at(delivery, at)) > at:
        delivery.state, delivery.next_try_at = DeliveryState.HELD, ready
    else:
        put(delivery, DeliveryState.SENDING)
        delivery.claimed_at = at
        delivery.tries += 1


def _is_out_of_date(delivery: Delivery) -> bool:
    """Withdrawn, or read before it went out."""
    told = delivery.message or delivery.notice
    return told is None or told.withdrawn_at is not None or (told.read_at is not None and delivery.way != Way.BOT)


def _carry(claimed: Sequence[Delivery], at: datetime) -> bool:
    """Whether the channel goes on taking."""
    channel = Channel.objects.get(deliveries=claimed[0])
    packing = Packing(claimed)
    try:
        with carrier_for(channel) as carrier:
            return _carry_by(carrier, channel, claimed, packing, at)
    except Down as down:
        _put_back(claimed, at)
        _trouble(channel, later(down.fault, down.answer, stops=True), at)
        return False


def _carry_by(carrier: Carrier, channel: Channel, claimed: Sequence[Delivery], packing: Packing, at: datetime) -> bool:
    for nth, delivery in enumerate(claimed):
        carried = _timed(carrier, packing, delivery, at)
        with transaction.atomic():
            note(delivery, carried, at=at)
        if carried.stops:
            _put_back(claimed[nth + 1 :], at)
            _trouble(channel, carried, at)
            return False
        if carried.state in (DeliveryState.SENT, DeliveryState.DELIVERED):
            _well(channel, at)
    keep(channel, carrier.reports, at=at)
    return True


def _timed(carrier: Carrier, packing: Packing, delivery: Delivery, at: datetime) -> Carried:
    """What a carrier did not foresee is no reason to leave a delivery in its hands for ever."""
    started = time.perf_counter()
    try:
        carried = carrier.carry(packing.parcel(delivery), at=at)
    except Exception as error:  # whatever it was: it may have gone
        carried = unsure(Fault.BROKEN, f"{type(error).__name__}: {error}"[:200])
    return replace(carried, milliseconds=int((time.perf_counter() - started) * 1000))


def _put_back(rest: Sequence[Delivery], at: datetime) -> None:
    """They were not handed over at all: that was no try."""
    for delivery in rest:
        postpone(delivery, at)
        delivery.tries -= 1
        delivery.save(update_fields=["state", "next_try_at", "tries"])


def _well(channel: Channel, at: datetime) -> None:
    rows = Channel.objects.filter(pk=channel.pk)
    rows.update(failing_since=None, quiet_until=None, told_failing_at=None, last_fault="", last_sent_at=at)


@transaction.atomic
def _trouble(channel: Channel, carried: Carried, at: datetime) -> None:
    """Left alone for a breath; told once when it has lasted."""
    row = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    row.failing_since = row.failing_since or at
    row.quiet_until = at + BREATH
    row.last_fault = f"{carried.fault} {carried.answer}"[:500]
    if at - row.failing_since >= TROUBLED_AFTER and row.told_failing_at is None:
        row.told_failing_at = at
        publish(ChannelTroubled(site_id=row.site_id, channel_id=row.pk), at=at)
    row.save(update_fields=["failing_since", "quiet_until", "last_fault", "told_failing_at"])


@audit.unaudited("a receipt is its own record")
def fetch_receipts(*, channel_id: int, at: datetime) -> int:
    """Ask the carrier what became of what it took; the number of receipts that are new."""
    channel = Channel.objects.get(pk=channel_id)
    try:
        with carrier_for(channel) as carrier:
            carrier.collect()
    except Down as down:
        _trouble(channel, later(down.fault, down.answer, stops=True), at)
        return 0
    return keep(channel, carrier.reports, at=at)
