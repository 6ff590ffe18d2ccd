"""Who is told: endpoints and their secrets."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from zhongshu.identity import audit
from zhongshu.identity.actor import Actor
from zhongshu.identity.guards import absent, may_everywhere
from zhongshu.identity.models import Site
from zhongshu.kernel.errors import Invalid
from zhongshu.kernel.outbox import publish
from zhongshu.webhooks.actions._parts import locked_endpoint
from zhongshu.webhooks.engine.asking import ask
from zhongshu.webhooks.engine.destinations import checked_url
from zhongshu.webhooks.engine.signing import mint, sealed
from zhongshu.webhooks.errors import EndpointIsPaused
from zhongshu.webhooks.events import EndpointTested
from zhongshu.webhooks.kinds import Pause, WebhookDeliveryState
from zhongshu.webhooks.models import Delivery, Endpoint
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS
from zhongshu.webhooks.policies import OVERLAP, unknown_among
from zhongshu.webhooks.queries import offered_events

SHOWN = ["url", "description", "events"]
URL_LENGTH, DESCRIPTION_LENGTH = 500, 200


@transaction.atomic
def add_endpoint(
    *, actor: Actor, at: datetime, site: Site | None, url: str, events: Iterable[str], description: str = ""
) -> tuple[Endpoint, str]:
    """An endpoint for a site (None: for all of them), with its secret, told only now.

    Raises NotFound (no right there), ForbiddenAddress, Invalid.
    """
    if site is None and not may_everywhere(actor, MANAGE_WEBHOOKS):
        raise absent()
    actor.require(MANAGE_WEBHOOKS, site.pk if site else None)
    secret = mint()
    words = _checked(url, events, description)
    endpoint = Endpoint.objects.create(site=site, secret=sealed(secret), created_at=at, **words)
    after = audit.values(endpoint, SHOWN)
    audit.record(actor=actor, at=at, verb="webhooks.add_endpoint", target=endpoint, after=after)
    return endpoint, secret


@transaction.atomic
def edit_endpoint(
    *, actor: Actor, at: datetime, endpoint_id: int, url: str, events: Iterable[str], description: str = ""
) -> Endpoint:
    """What waits is sent to the new address. Raises NotFound, ForbiddenAddress, Invalid."""
    endpoint = locked_endpoint(actor, endpoint_id)
    before = audit.values(endpoint, SHOWN)
    for name, value in _checked(url, events, description).items():
        setattr(endpoint, name, value)
    endpoint.failing_since = endpoint.quiet_until = None
    endpoint.save(update_fields=[*SHOWN, "failing_since", "quiet_until"])
    after = audit.values(endpoint, SHOWN)
    audit.record(actor=actor, at=at, verb="webhooks.edit_endpoint", target=endpoint, before=before, after=after)
    return endpoint


@transaction.atomic
def rotate_secret(*, actor: Actor, at: datetime, endpoint_id: int) -> str:
    """A new secret, told only now; for a day the one before signs along. Raises NotFound."""
    endpoint = locked_endpoint(actor, endpoint_id)
    secret = mint()
    endpoint.old_secret, endpoint.old_secret_until = endpoint.secret, at + OVERLAP
    endpoint.secret = sealed(secret)
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    after = {"old_secret_until": endpoint.old_secret_until}
    audit.record(actor=actor, at=at, verb="webhooks.rotate_secret", target=endpoint, after=after)
    return secret


@transaction.atomic
def pause_endpoint(*, actor: Actor, at: datetime, endpoint_id: int) -> Endpoint:
    """Nothing is sent for now; what happens meanwhile waits. Pausing twice changes nothing. Raises NotFound."""
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.paused_at is None:
        endpoint.paused_at, endpoint.pause = at, Pause.BY_HAND
        endpoint.save(update_fields=["paused_at", "pause"])
        after = {"paused_at": at}
        audit.record(actor=actor, at=at, verb="webhooks.pause_endpoint", target=endpoint, after=after)
    return endpoint


@transaction.atomic
def resume_endpoint(*, actor: Actor, at: datetime, endpoint_id: int) -> Endpoint:
    """Send again, first what has waited. Resuming what is not paused changes nothing. Raises NotFound."""
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.paused_at is None:
        return endpoint
    before = audit.values(endpoint, ["paused_at", "pause"])
    endpoint.paused_at, endpoint.pause = None, ""
    endpoint.failing_since = endpoint.quiet_until = None
    endpoint.save(update_fields=["paused_at", "pause", "failing_since", "quiet_until"])
    _hurry(endpoint, at)
    after = {"paused_at": None}
    audit.record(actor=actor, at=at, verb="webhooks.resume_endpoint", target=endpoint, before=before, after=after)
    return endpoint


@transaction.atomic
def delete_endpoint(*, actor: Actor, at: datetime, endpoint_id: int) -> None:
    """It is told nothing any more, also not what waits. Raises NotFound."""
    endpoint = locked_endpoint(actor, endpoint_id)
    endpoint.deleted_at = at
    endpoint.save(update_fields=["deleted_at"])
    before = audit.values(endpoint, SHOWN)
    audit.record(actor=actor, at=at, verb="webhooks.delete_endpoint", target=endpoint, before=before)


@transaction.atomic
def send_test(*, actor: Actor, at: datetime, endpoint_id: int) -> None:
    """Have a message without content sent to this endpoint alone. Raises NotFound, EndpointIsPaused."""
    endpoint = locked_endpoint(actor, endpoint_id)
    if endpoint.paused_at is not None:
        raise EndpointIsPaused(_("端点已暂停，请先恢复。"))
    Endpoint.objects.filter(pk=endpoint.pk).update(quiet_until=None)
    publish(EndpointTested(site_id=endpoint.site_id, endpoint_id=endpoint.pk), at=at)
    audit.record(actor=actor, at=at, verb="webhooks.send_test", target=endpoint)


def _hurry(endpoint: Endpoint, at: datetime) -> None:
    """What waits is due now; what is being sent at this moment is passed by: its sender may wait for our endpoint."""
    free = endpoint.deliveries.filter(state=WebhookDeliveryState.WAITING).select_for_update(skip_locked=True)
    ids = list(free.order_by("created_at", "pk").values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids).update(next_try_at=at)
    ask(ids)


def _checked(url: str, events: Iterable[str], description: str) -> dict[str, object]:
    wanted = sorted(set(events))
    if not wanted:
        raise Invalid(_("请至少选择一种事件。"), field="events")
    if unknown := unknown_among(wanted, offered_events()):
        raise Invalid(_("没有名为“%(name)s”的事件。") % {"name": unknown[0]}, field="events")
    if len(url) > URL_LENGTH:
        raise Invalid(_("推送地址最多 %(most)s 个字符。") % {"most": URL_LENGTH}, field="url")
    if len(description) > DESCRIPTION_LENGTH:
        raise Invalid(_("说明最多 %(most)s 个字符。") % {"most": DESCRIPTION_LENGTH}, field="description")
    return {"url": checked_url(url.strip()), "events": wanted, "description": description.strip()}
