"""Sending one delivery, and what follows from the outcome."""

import random
from datetime import datetime, timedelta

from django.db import transaction

from zhongshu.identity import audit
from zhongshu.kernel.outbox import publish
from zhongshu.webhooks.engine.asking import ask
from zhongshu.webhooks.engine.bodies import body_of, public_id
from zhongshu.webhooks.engine.sending import Outcome, post
from zhongshu.webhooks.engine.signing import headers
from zhongshu.webhooks.events import EndpointPaused
from zhongshu.webhooks.kinds import Pause, WebhookDeliveryState
from zhongshu.webhooks.models import Attempt, Delivery, Endpoint
from zhongshu.webhooks.policies import QUIET, is_hopeless, wait_after
from zhongshu.webhooks.queries import due

GONE = 410
LEEWAY = timedelta(seconds=5)
"""The clocks of worker and database need not agree to the second."""


@transaction.atomic
@audit.unaudited("every try is a record of its own")
def send(*, delivery_id: int, at: datetime) -> None:
    """Try a delivery that is due, once. The row stays locked meanwhile: a second worker passes by, and a worker that
    is killed leaves no trace of its try, so that it is made again under the same id.
    """
    rows = due(at + LEEWAY).select_related("endpoint", "event").select_for_update(skip_locked=True, of=("self",))
    delivery = rows.filter(pk=delivery_id).first()
    if delivery is None:
        return
    quiet_until = delivery.endpoint.quiet_until
    if quiet_until is not None and at < quiet_until:
        _later(delivery, quiet_until)
        return
    _follow(delivery, _try(delivery, at), at)


def _try(delivery: Delivery, at: datetime) -> Outcome:
    body = body_of(delivery)
    signed = headers(delivery.endpoint, message_id=public_id(delivery), body=body, at=at)
    outcome = post(delivery.endpoint.url, body, signed, at=at)
    Attempt.objects.create(
        delivery=delivery,
        at=at,
        milliseconds=outcome.milliseconds,
        status=outcome.status,
        fault=outcome.fault,
        answer=outcome.answer,
    )
    delivery.tries += 1
    return outcome


def _follow(delivery: Delivery, outcome: Outcome, at: datetime) -> None:
    if outcome.is_delivered:
        _delivered(delivery, at)
        return
    _note_failure(delivery.endpoint_id, outcome, at)
    wait = wait_after(delivery.tries, chance=random.random(), asked=outcome.asked)  # noqa: S311 - not a secret
    if wait is not None:
        _later(delivery, at + wait)
    else:
        delivery.state, delivery.next_try_at = WebhookDeliveryState.FAILED, None
        delivery.save(update_fields=["state", "next_try_at", "tries"])


def _delivered(delivery: Delivery, at: datetime) -> None:
    delivery.state, delivery.delivered_at, delivery.next_try_at = WebhookDeliveryState.DELIVERED, at, None
    delivery.save(update_fields=["state", "delivered_at", "next_try_at", "tries"])
    troubled = Endpoint.objects.filter(pk=delivery.endpoint_id).exclude(failing_since=None, quiet_until=None)
    troubled.update(failing_since=None, quiet_until=None)


def _later(delivery: Delivery, when: datetime) -> None:
    delivery.next_try_at = when
    delivery.save(update_fields=["next_try_at", "tries"])
    ask([delivery.pk], when=when)


def _note_failure(endpoint_id: int, outcome: Outcome, at: datetime) -> None:
    """Failing since then, left alone for a while if it gave no answer, paused if it will not or cannot."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint_id)
    endpoint.failing_since = endpoint.failing_since or at
    if outcome.status is None:
        endpoint.quiet_until = at + QUIET
    if outcome.status == GONE:
        _pause(endpoint, Pause.GONE, at)
    elif is_hopeless(endpoint.failing_since, at=at):
        _pause(endpoint, Pause.FAILING, at)
    endpoint.save(update_fields=["failing_since", "quiet_until", "paused_at", "pause"])


def _pause(endpoint: Endpoint, reason: Pause, at: datetime) -> None:
    if endpoint.paused_at is None:
        endpoint.paused_at, endpoint.pause = at, reason
        publish(EndpointPaused(site_id=endpoint.site_id, endpoint_id=endpoint.pk, reason=reason), at=at)
