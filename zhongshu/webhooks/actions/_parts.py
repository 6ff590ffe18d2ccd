"""What the actions share."""

from django.utils.translation import gettext as _

from zhongshu.identity.actor import Actor
from zhongshu.kernel.errors import NotFound
from zhongshu.webhooks.models import Endpoint
from zhongshu.webhooks.permissions import MANAGE_WEBHOOKS


def locked_endpoint(actor: Actor, endpoint_id: int) -> Endpoint:
    """The endpoint, locked (not against events being noted for it), if it is the actor's to manage. Raises NotFound."""
    rows = Endpoint.objects.select_for_update(no_key=True, of=("self",)).filter(pk=endpoint_id, deleted_at__isnull=True)
    endpoint = actor.visible(rows, MANAGE_WEBHOOKS).first()
    if endpoint is None:
        raise NotFound(_("没有这个推送端点，或者您无权管理。"))
    return endpoint
