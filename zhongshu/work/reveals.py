"""Contact numbers of orders can be revealed."""

from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, revealable
from zhongshu.work.permissions import VIEW_ORDERS
from zhongshu.work.queries import orders_visible


def contact_of(actor: Actor, order_id: int) -> Revealed | None:
    """The number of the contact of an order that the actor may see."""
    row = orders_visible(actor).filter(pk=order_id).values_list("contact_phone", "site_id").first()
    return Revealed(*row) if row else None


revealable("work.workorder", contact_of, VIEW_ORDERS)
