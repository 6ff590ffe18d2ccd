"""What is done by hand about what goes out: once more, handed over, not any more; and files sent to staff."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent
from zhongshu.messaging.actions.telling import Telling, tell_all
from zhongshu.messaging.engine.asking import SEND, ask
from zhongshu.messaging.engine.moves import put
from zhongshu.messaging.errors import NotResendable, NotToHandOver
from zhongshu.messaging.kinds import Way
from zhongshu.messaging.lifecycle import OPEN, RESENDABLE, DeliveryState
from zhongshu.messaging.models import CustomerNotice, Delivery, Document, Message
from zhongshu.messaging.permissions import RESEND_DELIVERIES
from zhongshu.messaging.queries import deliveries_visible


@transaction.atomic
def resend(*, actor: Actor, at: datetime, delivery_id: int) -> Delivery:
    """Once more, by the person's decision: it may arrive twice. Raises NotFound, NotResendable."""
    delivery = _locked(actor, delivery_id)
    if delivery.state not in RESENDABLE or delivery.channel is None:
        raise NotResendable(_("这一条还没有发，或者已经送达、撤回，不用重发。"))
    before = {"state": delivery.state}
    put(delivery, DeliveryState.WAITING)
    delivery.created_at, delivery.next_try_at, delivery.tries, delivery.provider_ids = at, at, 0, []
    delivery.save(update_fields=["state", "created_at", "next_try_at", "tries", "provider_ids"])
    ask(SEND, [delivery.channel.pk])
    audit.record(actor=actor, at=at, verb="messaging.resend", target=delivery, before=before)
    return delivery


@transaction.atomic
def hand_over(*, actor: Actor, at: datetime, delivery_id: int) -> Delivery:
    """A letter that somebody printed and took there. Raises NotFound, NotToHandOver."""
    delivery = _locked(actor, delivery_id)
    if delivery.way != Way.LETTER or delivery.state != DeliveryState.WAITING:
        raise NotToHandOver(_("只有待送的纸质信函可以登记送达。"))
    put(delivery, DeliveryState.DELIVERED)
    delivery.sent_at = delivery.delivered_at = at
    delivery.save(update_fields=["state", "sent_at", "delivered_at"])
    audit.record(actor=actor, at=at, verb="messaging.hand_over", target=delivery)
    return delivery


@transaction.atomic
@audit.unaudited("the delivery itself says that it was withdrawn")
def withdraw(*, key_begins: str, kinds: Iterable[str], at: datetime, besides: Iterable[int] = ()) -> int:
    """Messages of these kinds whose occasion begins so are out of date, except to the users `besides`: what has not
    left the house stays there; the number of deliveries withdrawn. What has left is not called back.
    """
    unsent = Delivery.objects.filter(state__in=OPEN, message__dedupe_key__startswith=key_begins)
    waiting = set(unsent.values_list("message_id", flat=True))
    unplanned = Message.objects.filter(planned_at=None, dedupe_key__startswith=key_begins)
    ids = waiting | set(unplanned.values_list("pk", flat=True))
    dated = Message.objects.filter(pk__in=ids, kind__in=list(kinds), withdrawn_at=None)
    dated = dated.exclude(recipient__in=list(besides))
    gone = list(dated.values_list("pk", flat=True))
    Message.objects.filter(pk__in=gone).update(withdrawn_at=at)
    open_ones = Delivery.objects.filter(message__in=gone, state__in=OPEN)
    return open_ones.update(state=DeliveryState.WITHDRAWN, next_try_at=None)


@transaction.atomic
@audit.unaudited("the notice itself says that it was withdrawn")
def withdraw_from_customers(dedupe_keys: Iterable[str], *, at: datetime) -> int:
    """What customers were told on these occasions is out of date: what has not left the house stays there; the number
    of notices withdrawn."""
    dated = CustomerNotice.objects.filter(dedupe_key__in=list(dedupe_keys), withdrawn_at=None)
    gone = list(dated.values_list("pk", flat=True))
    Delivery.objects.filter(notice__in=gone, state__in=OPEN).update(state=DeliveryState.WITHDRAWN, next_try_at=None)
    return CustomerNotice.objects.filter(pk__in=gone).update(withdrawn_at=at, look_at=None)


@transaction.atomic
@audit.unaudited("a message is its own record")
def send_document(
    *,
    recipient_ids: Iterable[int],
    subject: str,
    body: str,
    file_name: str,
    content: bytes | FieldFile,
    dedupe_key: str,
    at: datetime,
    site_id: int | None = None,
) -> int:
    """Send a file to staff, once for the occasion: in the inbox to fetch, by e-mail attached where there is an address.

    The number of people who had not been sent it before. Whoever comes later under the same key gets the first file.
    """
    document, is_new = Document.objects.get_or_create(
        dedupe_key=dedupe_key, defaults={"name": file_name[:120], "created_at": at}
    )
    if is_new:
        data = content if isinstance(content, bytes) else content.read()
        document.file.save(f"{document.pk}", ContentFile(data))
    telling = Telling(
        recipient_ids=tuple(recipient_ids),
        site_id=site_id,
        kind="document",
        title=subject,
        body=body,
        link=reverse("messaging:document", args=[document.pk]),
        dedupe_key=dedupe_key,
    )
    count = tell_all([telling], at=at)
    Message.objects.filter(dedupe_key=dedupe_key, kind="document", document=None).update(document=document)
    return count


def _locked(actor: Actor, delivery_id: int) -> Delivery:
    actor.require(RESEND_DELIVERIES)
    seen = deliveries_visible(actor).filter(pk=delivery_id).first()
    if seen is None or not actor.may(RESEND_DELIVERIES, seen.site_id):
        raise absent()
    return Delivery.objects.select_for_update(of=("self",)).select_related("channel").get(pk=seen.pk)
