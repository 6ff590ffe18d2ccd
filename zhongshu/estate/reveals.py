"""The numbers of customers can be revealed."""

from zhongshu.estate.models import CustomerPhone
from zhongshu.estate.permissions import VIEW_CUSTOMERS
from zhongshu.identity.actor import Actor
from zhongshu.identity.masking import Revealed, revealable


def customers_number(actor: Actor, phone_id: int) -> Revealed | None:
    """The number of a customer of a site whose customers the actor may see."""
    row = actor.visible(CustomerPhone.objects.filter(pk=phone_id), VIEW_CUSTOMERS).first()
    return Revealed(row.number, row.site_id) if row else None


revealable("estate.customerphone", customers_number, VIEW_CUSTOMERS)
