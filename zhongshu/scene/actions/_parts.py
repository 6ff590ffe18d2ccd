"""What the actions of scene share."""

from zhongshu.identity.actor import Actor
from zhongshu.scene.models import Assistance
from zhongshu.scene.queries import calls_visible, not_found


def locked(actor: Actor, call_id: int) -> Assistance:
    """The call, locked until the transaction ends. Raises NotFound for what the actor may not see."""
    rows = calls_visible(actor).filter(pk=call_id).select_for_update(of=("self",))
    call = rows.select_related("site", "place", "raised_by").first()
    if call is None:
        raise not_found()
    return call
