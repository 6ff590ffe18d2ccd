"""When an endpoint of another program takes nothing any more."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from zhongshu.kernel.outbox import reacts_to
from zhongshu.messaging.actions import tell
from zhongshu.webhooks.events import EndpointPaused
from zhongshu.webhooks.kinds import PAUSE_LABELS, Pause
from zhongshu.webhooks.models import Endpoint
from zhongshu.webhooks.queries import managers_of


@reacts_to(EndpointPaused)
def tell_its_administrators(happened: EndpointPaused, *, at: datetime) -> None:
    """Whoever may resume it is told, once for each time it was paused."""
    endpoint = Endpoint.objects.filter(pk=happened.endpoint_id, deleted_at__isnull=True).first()
    if endpoint is None or endpoint.paused_at is None:
        return
    tell(
        recipient_ids=managers_of(endpoint, at=at).values_list("pk", flat=True),
        site_id=endpoint.site_id,
        kind="webhooks.paused",
        title=_("消息推送已暂停：%(name)s") % {"name": endpoint},
        body=str(PAUSE_LABELS[Pause(happened.reason)]),
        link=reverse("webhooks:endpoint", args=[endpoint.pk]),
        dedupe_key=f"webhook:{endpoint.pk}:{endpoint.paused_at.isoformat()}",
        at=at,
    )
